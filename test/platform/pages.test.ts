import { expect, test } from 'vitest';
import { text } from '../../src/platform/client/decode.ts';
import { readPages } from '../../src/platform/client/pages.ts';
import { caches, credentialOf, scriptedPlatform } from './scripted.ts';

const common = {
  accepts: ['organization'],
  family: 'members',
  list: { element: 'member', keys: ['members'] },
  element: (from: Parameters<typeof text>[0]) => text(from, 'email'),
} as const;
const byPage = readPages({
  route: 'GET /v2/projects/members',
  target: 'project',
  query: ({ roles }: { readonly roles?: string }) => ({ roles }),
  ...common,
});
const withTotal = readPages({ route: 'GET /v1/documents', ...common, total: 'count' });
const plain = readPages({ route: 'GET /v2/agents', ...common });

const membersFrom = (first: number, count: number) =>
  Array.from({ length: count }, (_none, index) => ({ email: `${first + index}@example.com` }));

/** A list of so many members, of which the platform gives out so many at once, whatever is asked for. */
function listOf(total: number, cap: number, more: object = {}) {
  const platform = scriptedPlatform(caches(), ({ path }) => {
    const query = new URL(path, 'http://platform').searchParams;
    const size = Math.min(cap, Number(query.get('pageSize')));
    const start = (Number(query.get('startPage')) - 1) * size;
    return { members: membersFrom(start, Math.max(0, Math.min(size, total - start))), ...more };
  });
  return { platform, client: platform.session().as(credentialOf('organization', 'manager', 'o')) };
}

const queries = ({ platform }: ReturnType<typeof listOf>) =>
  platform.sent.map(({ exchange: { path } }) => path.slice(path.indexOf('?') + 1));

async function all(pages: AsyncIterable<{ readonly records: readonly string[] }>): Promise<string[]> {
  const found: string[] = [];
  for await (const { records } of pages) found.push(...records);
  return found;
}

const pagesUpTo = (count: number) =>
  Array.from({ length: count }, (_none, index) => `startPage=${index + 1}&pageSize=100`);

const emails = (count: number) => membersFrom(0, count).map(({ email }) => email);

test('pages by number go on until one is empty, with the target and the query of the caller', async () => {
  const list = listOf(250, 100);

  expect(await all(list.client.pages(byPage, { projectId: 'p', roles: 'backend' }))).toEqual(emails(250));
  expect(queries(list)).toEqual([1, 2, 3, 4].map((page) => `roles=backend&startPage=${page}&pageSize=100`));
  expect(list.platform.sent.map(({ exchange }) => exchange.headers['project-id'])).toEqual(['p', 'p', 'p', 'p']);
});

test('a page that the platform cuts short is no end', async () => {
  const list = listOf(70, 30);

  expect(await all(list.client.pages(plain, {}))).toEqual(emails(70));
  expect(queries(list)).toEqual(pagesUpTo(4));
});

test('the total saves the call for an empty page', async () => {
  const list = listOf(130, 100, { count: 130 });

  expect(await all(list.client.pages(withTotal, {}))).toEqual(emails(130));
  expect(queries(list)).toEqual(pagesUpTo(2));
});

test('a reader who has enough asks for no more, and one who asks for nothing makes no call', async () => {
  const list = listOf(1_000, 100);
  const pages = list.client.pages(plain, {});
  expect(list.platform.sent).toHaveLength(0);
  for await (const { records } of pages) if (records.includes('150@example.com')) break;

  expect(queries(list)).toEqual(pagesUpTo(2));
});

test('an installation that does not page gives every element once', async () => {
  const platform = scriptedPlatform(caches(), () => ({ members: membersFrom(0, 3) }));
  const client = platform.session().as(credentialOf('organization', 'manager', 'o'));

  expect(await all(client.pages(byPage, { projectId: 'p' }))).toEqual(emails(3));
  expect(platform.sent).toHaveLength(2);
});

test('elements that cannot be read are counted', async () => {
  const bodies = [{ members: [{ email: 'a' }, 7] }, { members: [{ email: 'b' }] }, {}];
  const platform = scriptedPlatform(caches(), () => bodies.shift());
  const client = platform.session().as(credentialOf('organization', 'manager', 'o'));
  const pages: object[] = [];
  for await (const page of client.pages(plain, {})) pages.push(page);

  expect(pages).toEqual([
    { records: ['a'], unreadableCount: 1 },
    { records: ['b'], unreadableCount: 0 },
  ]);
  expect(platform.sent.map(({ exchange }) => exchange.path)).toEqual(
    pagesUpTo(3).map((query) => `/v2/agents?${query}`),
  );
});

test('a page that fails keeps those before it from nobody', async () => {
  const platform = scriptedPlatform(caches());
  const pages = platform
    .session()
    .as(credentialOf('organization', 'manager', 'o'))
    .pages(plain, {});
  const first = pages.next();
  platform.sent[0]!.answer({ members: [{ email: 'a' }] });
  expect((await first).value).toEqual({ records: ['a'], unreadableCount: 0 });
  const second = pages.next();
  platform.sent[1]!.answer({}, 403);

  await expect(second).rejects.toMatchObject({ kind: 'FORBIDDEN' });
});
