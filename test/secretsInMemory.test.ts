import { type ChildProcess, spawn } from 'node:child_process';
import { createReadStream, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { type Emulator, startEmulator } from '../emulator/emulator.ts';
import { routes, TEST_ID_SECRET } from './support/facade.ts';
import { Transcript } from './support/transcript.ts';

const MAIN = new URL('../src/main.ts', import.meta.url).pathname;
const MARK = 'CANARY';
/** Is in the memory of the facade for certain, so that a snapshot without it would show nothing. */
const PRESENT = TEST_ID_SECRET;

interface Running {
  readonly url: string;
  readonly child: ChildProcess;
  readonly folder: string;
}

/** The program as an operator runs it, which writes what is in its memory when told to. */
async function run(emulator: Emulator): Promise<Running> {
  const folder = mkdtempSync(join(tmpdir(), 'geai-heap-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const child = spawn(process.execPath, ['--heapsnapshot-signal=SIGUSR2', MAIN], {
    cwd: folder,
    env: {
      PORT: '0',
      GEAI_BASE_URL: emulator.url,
      GEAI_BORROW_PROJECT_TOKENS: 'true',
      ID_SECRET: TEST_ID_SECRET,
      LOG_LEVEL: 'debug',
      VERIFY_TIMEOUT_MS: '100',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let log = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    log += text;
  });
  const url = await vi.waitUntil(() => /"address":"([^"]+)"/.exec(log)?.[1]);
  return { url, child, folder };
}

/** Which of the texts are in the memory of the process, garbage aside. */
async function inMemory({ url, child, folder }: Running, texts: readonly string[]): Promise<string[]> {
  child.kill('SIGUSR2');
  const file = await vi.waitUntil(() => readdirSync(folder).find((name) => name.endsWith('.heapsnapshot')));
  // The thread that writes it answers nothing until it is whole.
  await fetch(`${url}/health/live`);
  const seen = new Set<string>();
  let rest = '';
  for await (const chunk of createReadStream(join(folder, file), 'utf8')) {
    const window = rest + chunk;
    for (const text of texts) if (window.includes(text)) seen.add(text);
    rest = window.slice(-100);
  }
  expect(rest.trimEnd().endsWith('}')).toBe(true);
  return [...seen];
}

const READS = [
  '{ viewer { credentials { hint } projects { name } missing { scope } } }',
  '{ organization { projects { nodes { name usageLimit { hardLimit } apiTokens { nodes { id hint usage { requests } } } assistants { nodes { id kind revisions { number } } } requests(first: 5) { nodes { apiToken { name } } } } } } }',
  '{ organization { tokenFindings { nodes { kind apiToken { hint } } } } }',
];

test('no token of a caller, borrowed or new, is left in the memory of an idle server', async () => {
  const emulator = await startEmulator({ projects: 3, tokenMark: MARK });
  onTestFinished(() => emulator.close());
  const facade = await run(emulator);
  const transcript = new Transcript(facade.url);
  const { token, projects } = emulator.seeded.organizations[0]!;
  const caller = { authorization: `Bearer ${token}`, 'geai-tokens': projects[1]!.tokens[0]!.id };
  const change = async (name: string, input: object, selection: string) => {
    const type = `${name[0]!.toUpperCase()}${name.slice(1)}Input`;
    const document = `mutation ($input: ${type}!) { ${name}(input: $input) { ${selection} userErrors { code } } }`;
    return JSON.parse(await transcript.graphql(document, caller, { input })).data?.[name];
  };

  // Often enough to be compiled, and to be remembered.
  for (const document of [...READS, ...READS, ...READS, ...READS]) await transcript.graphql(document, caller);
  const { apiToken } = await change(
    'createApiToken',
    { projectId: projects[0]!.id, name: 'New' },
    'secret apiToken { id }',
  );
  await change('rotateApiToken', { id: apiToken.id, oldToken: 'BLOCK' }, 'secret stage');
  const { planId } = await change('blockApiTokens', { filter: { nameContains: 'New' }, dryRun: true }, 'planId');
  await change('blockApiTokens', { filter: { nameContains: 'New' }, dryRun: false, planId }, 'counts { changed }');
  emulator.setFaults([{ route: routes.updateToken, kind: 'loseAnswer' }]);
  await change('unblockApiToken', { id: apiToken.id }, 'verification { outcome }');
  emulator.setFaults([{ route: '*', kind: 'status', status: 500 }]);
  for (const document of READS) await transcript.graphql(document, caller);
  emulator.setFaults([]);

  expect(transcript.answers.join('\n')).toContain(MARK);
  expect(await inMemory(facade, [MARK, PRESENT])).toEqual([PRESENT]);
});
