import { createHash } from 'node:crypto';
import { GraphQLError } from 'graphql';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { CompiledQueries, type CompiledQuery } from '../../src/graphql/compiled/compiledQueries.ts';
import { FALLBACK_REASONS } from '../../src/observability/metrics.ts';
import { type Facade, metricOf, query, routes, startFacade } from '../support/facade.ts';

const DOCUMENT = 'query Fallback($id: ID!) { organization { name } project(id: $id) { name } }';
const HASH = createHash('sha256').update(DOCUMENT).digest('hex');

let facade: Facade;
let request: { token: string; variables: { id: string } };

beforeEach(async () => {
  facade = await startFacade({ emulator: { organizations: 1, projects: 3 }, env: { UPSTREAM_CALL_BUDGET: '5' } });
  const [organization] = facade.emulator.seeded.organizations;
  request = { token: organization!.token, variables: { id: organization!.projects[0]!.id } };
});
afterEach(async () => {
  vi.restoreAllMocks();
  await facade.close();
});

const ask = () => facade.query(DOCUMENT, request);
const answersOf = () => metricOf(facade, 'geai_graph_compiled_answers_total');
const reasons = async () => {
  const counts: Record<string, number> = {};
  for (const reason of FALLBACK_REASONS) {
    const count = await metricOf(facade, `geai_graph_compiled_fallbacks_total{reason="${reason}"}`);
    if (count > 0) counts[reason] = count;
  }
  return counts;
};
/** Entries of the log with this message. */
const logged = (message: string) =>
  facade
    .log()
    .split('\n')
    .filter((line) => line.includes(`"msg":"${message}"`))
    .map((line) => JSON.parse(line));

/** The query of `DOCUMENT`, compiled. */
async function compiled(): Promise<CompiledQuery> {
  const find = vi.spyOn(CompiledQueries.prototype, 'ofSource');
  for (let time = 0; time < 4; time += 1) await ask();
  const { value } = find.mock.results.at(-1) ?? {};
  if (!value) throw new Error('not compiled');
  find.mockRestore();
  return value;
}

test('requests that are left to Apollo Server are counted by reason', async () => {
  await compiled();
  await fetch(`${facade.url}/graphql?query={__typename}`, { headers: { 'apollo-require-preflight': 'true' } });
  await query(facade.url, DOCUMENT, { ...request, headers: { accept: 'text/html' } });
  facade.emulator.setFaults([{ route: routes.getProject, kind: 'status', status: 403 }]);
  await ask();
  const pages = 'query ($n: Int!) { organization { projects(first: $n) { nodes { apiTokens { totalCount } } } } }';
  for (const n of [1, 1, 1, 1, 9]) await facade.query(pages, { ...request, variables: { n } });

  expect(await reasons()).toEqual({ uncompiled: 6, form: 1, accept: 1, errors: 1, refused: 1 });
  expect(logged('compiled query left to Apollo Server')).toMatchObject([
    { level: 'debug', hash: HASH, reason: 'errors' },
    { level: 'debug', reason: 'refused' },
  ]);
});

describe('compiled code that is at fault', () => {
  test.each<[how: string, execute: CompiledQuery['execute']]>([
    [
      'throws at once',
      () => {
        throw new TypeError('of its own');
      },
    ],
    ['throws later', async () => Promise.reject(new TypeError('of its own'))],
  ])('is noticed when it %s: logged once, counted, and not run again', async (_how, execute) => {
    const broken = vi.spyOn(await compiled(), 'execute').mockImplementation(execute);
    const [before, expected] = [await answersOf(), (await query(facade.url, `${DOCUMENT} #`, request)).text];
    const answers = [await ask(), await ask(), await ask()];

    expect(answers.map(({ text }) => text)).toEqual(Array(3).fill(expected));
    expect(broken).toHaveBeenCalledTimes(1);
    expect(await reasons()).toMatchObject({ threw: 1 });
    expect(await answersOf()).toBe(before);
    const [entry, ...others] = logged('compiled query threw');
    expect([entry, others]).toMatchObject([{ level: 'error', hash: HASH, err: { message: 'of its own' } }, []]);
    expect(JSON.stringify(entry)).not.toContain('Fallback');
  });

  test('is noticed when it gives errors that Apollo Server does not', async () => {
    const errors = [new GraphQLError('of its own')];
    const broken = vi.spyOn(await compiled(), 'execute').mockReturnValue({ data: null, errors });
    const answers = [await ask(), await ask()];

    expect(answers.map((answer) => answer.errors)).toEqual([undefined, undefined]);
    expect(broken).toHaveBeenCalledTimes(1);
    expect(await reasons()).toMatchObject({ mistaken: 1 });
    expect(logged('compiled query gave errors where Apollo Server gave none')).toMatchObject([
      { level: 'warn', hash: HASH },
    ]);
  });

  test('is reported once when several requests have run it at once', async () => {
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const broken = vi.spyOn(await compiled(), 'execute').mockImplementation(async () => {
      await held;
      throw new TypeError('of its own');
    });
    const answers = [ask(), ask(), ask()];
    await vi.waitUntil(() => broken.mock.calls.length === 3);
    release();
    await Promise.all(answers);

    expect(await reasons()).toMatchObject({ threw: 3 });
    expect(logged('compiled query threw')).toHaveLength(1);
  });

  test('changes no answer when it cannot be made, and is reported', async () => {
    vi.spyOn(CompiledQueries.prototype, 'answered').mockImplementation(() => {
      throw new TypeError('of the compiler');
    });
    const { status, data } = await ask();

    expect([status, data.organization.name]).toEqual([200, expect.any(String)]);
    expect(logged('query cannot be compiled')).toMatchObject([{ level: 'error', hash: HASH }]);
  });
});

test('with COMPILE_QUERIES=false Apollo Server answers everything', async () => {
  const slow = await startFacade({ sharedEmulator: facade.emulator, env: { COMPILE_QUERIES: 'false' } });
  onTestFinished(() => slow.close());
  const answered = vi.spyOn(CompiledQueries.prototype, 'answered');
  const texts = [];
  for (let time = 0; time < 5; time += 1) texts.push((await slow.query(DOCUMENT, request)).text);

  expect(texts).toEqual(Array(5).fill((await ask()).text));
  expect(await metricOf(slow, 'geai_graph_compiled_answers_total')).toBe(0);
  expect(answered).toHaveBeenCalledTimes(1);
});
