import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { temporaryFile } from '../support/temporary.ts';

const GROUP = 'httpServerTests.ts > graphqlHTTP';

interface Report {
  readonly testResults: readonly { readonly assertionResults: readonly { title: string; status: string }[] }[];
}

/** Runs a part of the suite in another process, and returns the titles of the tests that fail. */
async function failuresOf(env: Record<string, string>): Promise<string[]> {
  const file = temporaryFile('report.json');
  const vitest = fileURLToPath(new URL('../../node_modules/vitest/vitest.mjs', import.meta.url));
  const config = fileURLToPath(new URL('vitest.config.ts', import.meta.url));
  const args = [
    'run',
    '--config',
    config,
    'apollo.suite',
    '-t',
    'graphqlHTTP',
    '--reporter=json',
    `--outputFile=${file}`,
  ];
  const { VITEST_JSON: _own, ...rest } = process.env;
  const run = spawn(process.execPath, [vitest, ...args], { env: { ...rest, ...env }, stdio: 'ignore' });
  await once(run, 'exit');
  const { testResults }: Report = JSON.parse(await readFile(file, 'utf8'));
  const results = testResults.flatMap(({ assertionResults }) => assertionResults);
  return results.filter(({ status }) => status === 'failed').map(({ title }) => title);
}

test('a layer that is wrong fails, and so does a declared difference that holds', async () => {
  const holding = 'can handle a basic request';
  const failures = await failuresOf({
    APOLLO_SUITE_SPOILED: 'true',
    APOLLO_SUITE_ALSO_DIFFERS: `${GROUP} > ${holding}`,
  });

  expect(failures).toContain('returns an error on validation failure');
  expect(failures).toContain(holding);
  expect(failures).not.toContain('can handle a basic GET request');
});
