import { expect, test } from 'vitest';
import { HELP, otherPorts, readCommandLine } from '../../scripts/demo/commandLine.ts';

const read = (args: string, env: NodeJS.ProcessEnv = {}) => readCommandLine(args.split(' ').filter(Boolean), env);

test.each([
  ['', {}, { port: 4000, emulatorPort: 4010 }],
  ['', { PORT: '5000' }, { port: 5000, emulatorPort: 5010 }],
  ['--port 6000', { PORT: '5000' }, { port: 6000, emulatorPort: 6010 }],
  ['--port 0', {}, { port: 0, emulatorPort: 0 }],
  ['--port 6000 --emulator-port 1', {}, { port: 6000, emulatorPort: 1 }],
])('one option moves both ports: "%s" with %j', (args, env, ports) => {
  expect(read(args, env)).toEqual({ ...ports, projects: 12, jwt: false });
});

test.each([
  '--port x',
  '--port 1e3',
  '--port -1',
  '--port 65536',
  '--port 65530',
  '--emulator-port 99999',
  '--projects 0',
])('a number out of range is refused by the name of its option: %s', (args) => {
  expect(() => read(args.replace(' ', '='))).toThrow(/^--(port|emulator-port|projects) takes a whole number from/);
});

test('the help names every option', () => {
  expect(read('--help --port x')).toBeNull();
  for (const option of ['--port', '--emulator-port', '--projects', '--jwt', '--help']) expect(HELP).toContain(option);
});

test.each([4000, 65_500])('the command for another port is one that is read: %i', (port) => {
  const command = otherPorts(port, { port }).split('npm run demo -- ')[1] ?? '';

  expect(read(command)?.port).not.toBe(port);
});
