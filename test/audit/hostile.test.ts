import { afterAll, beforeAll, expect, test } from 'vitest';
import { DEFAULT_LIMITS } from '../../src/limits/limits.ts';
import { codes } from '../support/facade.ts';
import { idOf, type Managed, startManaged } from '../support/managing.ts';

let facade: Managed;
beforeAll(async () => {
  facade = await startManaged();
});
afterAll(() => facade.close());

const MUTATION_NAMES = ['blockApiToken', 'unblockApiToken', 'revokeApiToken'] as const;

/** A document of so many mutations of one input. */
function document(count: number, name: string = MUTATION_NAMES[0]): string {
  const type = `${name[0]!.toUpperCase()}${name.slice(1)}Input`;
  const fields = Array.from({ length: count }, (_, index) => `m${index}: ${name}(input: $input) { changed }`);
  return `mutation ($input: ${type}!) { ${fields.join(' ')} }`;
}

/** What one request adds to the audit log and to the log, in characters. Times have more digits on a slow machine. */
async function written(request: () => Promise<unknown>): Promise<{ audit: number; log: number }> {
  const audited = () => JSON.stringify(facade.audit()).replace(/[\d.]+/g, '0');
  const size = () => ({ audit: audited().length, log: facade.log().length });
  const before = size();
  await request();
  const after = size();
  return { audit: after.audit - before.audit, log: after.log - before.log };
}

const BIG = 'x'.repeat(900_000);

test.each([
  ['a reason', { id: 'nonsense', reason: BIG }],
  ['an id', { id: BIG }],
  ['a reason that looks like tokens', { id: 'nonsense', reason: 'a_'.repeat(400_000) }],
  ['a reason of control characters', { id: 'nonsense', reason: '\u0001'.repeat(150_000) }],
])('%s of a megabyte is recorded cut, however many mutations take it', async (_what, input) => {
  const { mutations } = DEFAULT_LIMITS;
  const { audit, log } = await written(() =>
    facade.query(document(mutations), { token: facade.token, variables: { input } }),
  );

  expect(audit).toBeGreaterThan(0);
  expect(audit).toBeLessThan(mutations * 10_000);
  expect(log).toBeLessThan(mutations * 10_000);
});

test('twice the reason adds nothing to the log', async () => {
  const of = (length: number) =>
    written(() =>
      facade.query(document(1), {
        token: facade.token,
        variables: { input: { id: 'nonsense', reason: 'y'.repeat(length) } },
      }),
    );

  const [one, two] = [await of(200_000), await of(400_000)];

  expect(Math.abs(two.audit - one.audit)).toBeLessThan(20);
});

test('a cut text shows where it was cut, and no part of a token at the cut', async () => {
  const value = facade.emulator.createToken(facade.projectId, 'Cut');
  const { events, query, token } = facade;
  for (const start of [940, 970, 990]) {
    const reason = `${'z'.repeat(start)} ${value} ${'z'.repeat(1_000)}`;
    await query(document(1), { token, variables: { input: { id: 'nonsense', reason } } });

    const recorded = String(events().at(-1)?.reason);
    expect(recorded.endsWith('…')).toBe(true);
    expect(recorded.length).toBeLessThanOrEqual(1_001);
    for (let at = 0; at + 8 <= value.length; at += 1) expect(recorded).not.toContain(value.slice(at, at + 8));
  }
});

test('an operation of more than ten mutations is refused before any is made', async () => {
  const { query, token, emulator, projectId, truth, audit } = facade;
  const value = emulator.createToken(projectId, 'Kept');
  const variables = { input: { id: idOf(projectId, value) } };
  const before = audit().length;
  const inFragments = `mutation ($input: BlockApiTokenInput!) { ...A ...A }
    fragment A on Mutation { ...B ...B ...B } fragment B on Mutation {
      a: blockApiToken(input: $input) { changed } b: blockApiToken(input: $input) { changed } }`;

  const plain = await query(document(11), { token, variables });
  const spread = await query(inFragments, { token, variables });

  expect([codes(plain), codes(spread)]).toEqual([['TOO_MANY_MUTATIONS'], ['TOO_MANY_MUTATIONS']]);
  expect(plain.errors?.[0]?.message).toContain('11 mutations');
  expect(truth().find(({ id }) => id === value)?.status).toBe('Active');
  expect(audit()).toHaveLength(before);
});

test('ten mutations of one operation are made', async () => {
  const { query, token, emulator, projectId, truth } = facade;
  const value = emulator.createToken(projectId, 'Ten');

  const answer = await query(document(10), { token, variables: { input: { id: idOf(projectId, value) } } });

  expect(answer.errors).toBeUndefined();
  expect(truth().find(({ id }) => id === value)?.status).toBe('Blocked');
});

const STRANGERS: [who: string, request: { token?: string; headers?: Record<string, string> }][] = [
  ['no credential', {}],
  ['a credential that the platform refuses', { token: 'default_nobodyknowsthistokenthatisnoneofthisplatform' }],
  ['a malformed credential', { headers: { authorization: 'Basic eDp5' } }],
];

test.each(STRANGERS)(
  'a request with %s leaves no event, one line of the log, and is counted',
  async (_who, request) => {
    const { query, audit, log, url } = facade;
    const before = { audit: audit().length, log: log().length };
    const counted = await strangersCounted(url);
    const reason = 'I would like to be in the log';

    const answer = await query(document(3), { ...request, variables: { input: { id: 'my own text', reason } } });

    expect(codes(answer)).toEqual(['UNAUTHENTICATED', 'UNAUTHENTICATED', 'UNAUTHENTICATED']);
    expect(audit()).toHaveLength(before.audit);
    const logged = log().slice(before.log);
    expect(logged.match(/without an accepted credential/g)).toHaveLength(1);
    expect(logged).not.toContain(reason);
    expect(logged).not.toContain('my own text');
    expect(await strangersCounted(url)).toBe(counted + 3);
  },
);

test('a credential that could not be checked leaves no event either', async () => {
  const { query, audit, emulator } = facade;
  const before = audit().length;
  emulator.setFaults([{ route: 'GET /v1/accessControl/apitoken/validate', kind: 'status', status: 500 }]);

  const answer = await query(document(1), { token: 'default_nobodyyet', variables: { input: { id: 'nonsense' } } });
  emulator.setFaults([]);

  expect(codes(answer)).toEqual(['UPSTREAM_UNAVAILABLE']);
  expect(audit()).toHaveLength(before);
});

test('a refusal to an accepted credential is logged with its actor', async () => {
  const { mutate, events } = facade;

  await mutate('blockApiToken', { id: 'nonsense' });

  expect(events().at(-1)).toMatchObject({
    actor: { kind: 'organization', fingerprint: expect.stringMatching(/^[\w-]{43}$/) },
    target: 'nonsense',
    outcome: 'REFUSED',
    changed: false,
    codes: ['INVALID_ID'],
  });
});

async function strangersCounted(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const counts = [...text.matchAll(/^geai_graph_mutations_without_credential_total\{.*\} (\d+)$/gm)];
  return counts.reduce((sum, [, count]) => sum + Number(count), 0);
}
