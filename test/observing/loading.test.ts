import { spawn } from 'node:child_process';
import { expect, onTestFinished, test, vi } from 'vitest';
import { TEST_ID_SECRET } from '../support/facade.ts';
import { linesOf } from '../support/program.ts';

const MAIN = new URL('../../src/main.ts', import.meta.url).pathname;

/** Reports each module of OpenTelemetry that is loaded, but for its API, which `prom-client` loads. */
const WATCH = `import { registerHooks } from 'node:module';
registerHooks({ load: (url, context, next) => {
  if (/@opentelemetry\\/(?!api\\/)/.test(url)) process.stderr.write('loaded ' + url + '\\n');
  return next(url, context);
} });`;

/** Starts the facade, and returns what it loaded until it listened. */
async function loadedWith(env: Record<string, string>): Promise<string> {
  const child = spawn(process.execPath, ['--import', `data:text/javascript,${encodeURIComponent(WATCH)}`, MAIN], {
    env: { PORT: '0', GEAI_BASE_URL: 'http://127.0.0.1:9', ID_SECRET: TEST_ID_SECRET, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let [output, errors] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  await vi.waitUntil(() => linesOf(output).some(({ msg }) => msg === 'listening'));
  const warned = () => linesOf(output).filter(({ msg }) => String(msg).startsWith('the platform does not answer'));
  await vi.waitUntil(() => warned().length > 0);
  expect(warned()).toMatchObject([{ level: 'warn', service: env.OTEL_SERVICE_NAME ?? 'geai-graph' }]);
  return errors;
}

test('without an endpoint nothing of OpenTelemetry is loaded, and a platform that is away is warned of once', async () => {
  expect(await loadedWith({})).not.toContain('loaded');
});

test('with an endpoint its libraries are loaded', async () => {
  const loaded = await loadedWith({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9', OTEL_SERVICE_NAME: 'graph' });

  expect(loaded).toMatch(/loaded .*@opentelemetry\/sdk-trace/);
});
