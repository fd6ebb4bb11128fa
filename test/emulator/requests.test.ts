import { expect, test } from 'vitest';
import { itemsOf, running } from './support/running.ts';

const EXPORT = 'GET /v1/organization/request/export';

async function exporting(options: Parameters<typeof running>[0] = {}) {
  const platform = await running(options);
  const items = async (query: string, token = platform.projectToken) =>
    itemsOf((await platform.call(`${EXPORT}?${query}`, { token })).body, 'items');
  return { ...platform, items };
}

test('the export shows the name of the token, or its value', async () => {
  const named = await exporting();
  const valued = await exporting({ exportTokenAs: 'value' });

  const names = (await named.items('count=100')).map(({ apiToken }) => apiToken);
  const values = (await valued.items('count=100')).map(({ apiToken }) => apiToken);

  const tokens = new Map(valued.project.tokens.map(({ id, name }) => [id, name]));
  expect(values.map((value) => tokens.get(String(value)))).toEqual(names);
});

test('a long history is newest first, pages without gaps or repeats, and filters to the same', async () => {
  const { items } = await exporting({ requestsPerProject: 1_000, exportTokenAs: 'value' });
  const pages = await Promise.all([0, 300, 600, 900].map((skip) => items(`skip=${skip}&count=300`)));
  const all = pages.flat();

  expect(all).toHaveLength(1_000);
  expect(new Set(all.map(({ sessionId }) => sessionId)).size).toBe(1_000);
  const times = all.map(({ timestamp }) => String(timestamp));
  expect(times).toEqual([...times].sort().reverse());
  expect(await items('count=5000')).toEqual(all);
  const failed = all.filter(({ status }) => status === 'failed');
  expect(await items('count=5000&status=failed')).toEqual(failed);
  expect(await items('skip=10&count=20&status=failed')).toEqual(failed.slice(10, 30));
});

test('100,000 requests in each of 10,000 projects cost nobody who does not read them', async () => {
  const { items } = await exporting({ projects: 10_000, requestsPerProject: 100_000 });

  expect(await items('skip=99995&count=10')).toHaveLength(5);
  expect(await items('skip=100000')).toEqual([]);
});

test('a project may have no requests', async () => {
  expect(await (await exporting({ requestsPerProject: 0 })).items('count=10')).toEqual([]);
});

test('a page may be capped', async () => {
  const { items } = await exporting({ requestsPerProject: 50, maxExportCount: 20 });

  expect(await items('count=1000')).toHaveLength(20);
  expect(await items('count=5')).toHaveLength(5);
  expect(await items('skip=40&count=1000')).toHaveLength(10);
});

test('the epoch dates everything that is seeded, and nothing else changes', async () => {
  const epoch = Date.UTC(2027, 5, 1);
  const [fixed, moved] = [await exporting(), await exporting({ epoch })];
  const shift = epoch - Date.UTC(2026, 0, 12, 9, 15, 42, 118);
  const later = (time: unknown) => new Date(Date.parse(`${time}Z`) + shift).toISOString().slice(0, -1);

  const [before, after] = [await fixed.items('count=100'), await moved.items('count=100')];
  expect(after.map(({ timestamp }) => timestamp)).toEqual(before.map(({ timestamp }) => later(timestamp)));
  expect(after.map(({ sessionId }) => sessionId)).toEqual(before.map(({ sessionId }) => sessionId));
  const tokens = [fixed, moved].map(({ emulator, project }) => emulator.tokens(project.id));
  expect(tokens[1]).toEqual(tokens[0]!.map((token) => ({ ...token, timestamp: later(token.timestamp) })));
});

test('a request that is added stands where its time belongs', async () => {
  const { emulator, items, project, projectToken } = await exporting();
  const before = await items('count=100');
  const oldest = String(before.at(-1)?.timestamp);

  await items('count=100&status=pending');
  emulator.addRequest(project.id, { apiToken: projectToken, status: 'pending', assistant: 'Greeter' });
  emulator.addRequest(project.id, { apiToken: projectToken, timestamp: oldest.replace(/^\d{4}/, '2001'), cost: 7 });

  const after = await items('count=100');
  expect(after.slice(1, -1)).toEqual(before);
  expect(after[0]).toMatchObject({ apiToken: 'Default', assistant: 'Greeter', status: 'pending' });
  expect(after.at(-1)).toMatchObject({ apiToken: 'Default', cost: 7, status: 'succeeded' });
  expect((await items('count=100&status=pending'))[0]).toEqual(after[0]);
});

test('some tokens are unused, and some blocked ones are not', async () => {
  const { acme, items } = await exporting({ exportTokenAs: 'value', requestsPerProject: 60 });
  const seen = new Set<string>();
  for (const { tokens } of acme.projects) {
    const active = tokens.find(({ status }) => status === 'Active');
    if (!active) continue;
    for (const { apiToken } of await items('count=60', active.id)) seen.add(String(apiToken));
  }
  const tokens = acme.projects.flatMap((project) => project.tokens);

  expect(tokens.some(({ id, status }) => status === 'Active' && !seen.has(id))).toBe(true);
  expect(tokens.some(({ id, status }) => status === 'Blocked' && seen.has(id))).toBe(true);
});

test('in some projects two tokens have one name', async () => {
  const { acme, borealis } = await exporting();
  const hasTwins = ({ tokens }: (typeof acme.projects)[number]) =>
    new Set(tokens.map(({ name }) => name)).size < tokens.length;

  expect(acme.projects.filter(hasTwins)).toHaveLength(1);
  expect(borealis.projects.filter(hasTwins)).toHaveLength(1);
});

test.for([{ requestsPerProject: 100_001 }, { maxExportCount: 0 }, { epoch: 1 }])(
  'options out of range are refused: %o',
  async (options) => {
    await expect(running(options)).rejects.toThrow(/must be a whole number from/);
  },
);
