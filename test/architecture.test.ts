import { globSync, readFileSync } from 'node:fs';
import { dirname, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

const files = globSync('{src,resolvers,emulator}/**/*.ts', { cwd: root })
  .filter((file) => !file.startsWith('src/generated/'))
  .map((path) => ({ path, text: readFileSync(`${root}/${path}`, 'utf8') }));

/** What a file imports: packages by name, our own files by path. */
const importsOf = ({ path, text }: (typeof files)[number]) =>
  [...text.matchAll(/ from '([^']+)'/g)].map(([, target = '']) =>
    target.startsWith('.') ? normalize(`${dirname(path)}/${target}`) : target,
  );

/** Rooms from the bottom up: each may import itself and those before it. A file of `src/` is a room of its own. */
const ROOMS = [
  'src/values/',
  'src/limits/',
  'src/config/',
  'src/config.ts',
  'src/redis.ts',
  'src/access/',
  'src/cost/',
  'src/platform/client/',
  'src/platform/resources/',
  'src/platform/',
  'src/store/',
  'src/cache/',
  'src/credentials/',
  'src/errors/',
  'src/errors.ts',
  'src/usage/',
  'src/loaders/',
  'src/findings/',
  'src/observability/',
  'src/request/',
  'src/mutations/',
  'src/apiTokens/',
  'src/apiTokens/bulk/',
  'src/usageLimits/',
  'src/projects/',
  // Folders of the other entities, which import none of each other.
  'src/',
  'src/generated/',
  'resolvers/',
  'src/graphql/',
  'src/http/',
  'src/shutdown.ts',
  'src/server.ts',
  'src/main.ts',
];

const OTHERS = ROOMS.indexOf('src/');

/** The longest room that holds a path; -1 when none does. */
const roomOf = (path: string) => {
  const holding = ROOMS.filter((room) => path.startsWith(room));
  return ROOMS.indexOf(holding.sort((a, b) => b.length - a.length)[0] ?? '');
};

const folderOf = (path: string) => path.split('/').slice(0, 2).join('/');

/** True if a target lies above a file, or both are in folders of entities that stand beside each other. */
function isAbove(path: string, target: string): boolean {
  if (roomOf(target) > roomOf(path)) return true;
  return roomOf(path) === OTHERS && roomOf(target) === OTHERS && folderOf(path) !== folderOf(target);
}

test('every file of the facade is in a room, and six files at most stand loose in src', () => {
  const own = files.map(({ path }) => path).filter((path) => !path.startsWith('emulator/'));
  const loose = own.filter((path) => /^src\/[^/]+$/.test(path));

  expect(own.filter((path) => roomOf(path) < 0)).toEqual([]);
  expect(loose.filter((path) => !ROOMS.includes(path))).toEqual([]);
  expect(loose.length).toBeLessThanOrEqual(6);
});

test('credentials are chosen where the claims of the caller are checked, and nowhere else', () => {
  const choosing = files
    .filter((file) => importsOf(file).includes('src/credentials/choice.ts'))
    .map(({ path }) => path);

  expect(choosing).toEqual(['src/credentials/identified.ts']);
});

test('imports run one way: no room imports one above it', () => {
  const upward = files
    .filter(({ path }) => !path.startsWith('emulator/'))
    .flatMap((file) =>
      importsOf(file)
        .filter((target) => /^(src|resolvers)\//.test(target) && isAbove(file.path, target))
        // Types of what resolvers take and give: made out of the schema, which lies below all.
        .filter((target) => !target.startsWith('src/generated/'))
        .map((target) => `${file.path} → ${target}`),
    );

  expect(upward).toEqual([]);
});

const DOMAIN = /^src\/(apiTokens|projects|usageLimits|mutations|usage|findings)\//;

test('domain code takes what it needs, and knows nothing of HTTP', () => {
  const crossing = files
    .filter(({ path }) => DOMAIN.test(path) || roomOf(path) === OTHERS)
    .flatMap((file) => importsOf(file).map((target) => ({ path: file.path, target })))
    .filter(({ target }) => /^(fastify|node:http|src\/http\/|src\/request\/(context|departure)\.ts)/.test(target));

  expect(crossing).toEqual([]);
});

test('the platform client knows nothing of GraphQL', () => {
  const packages = files.filter(({ path }) => path.startsWith('src/platform/')).flatMap(importsOf);

  expect(packages.filter((name) => /graphql|apollo|dataloader/.test(name))).toEqual([]);
});

test('the emulator and the facade share no code', () => {
  const crossing = files.flatMap((file) =>
    importsOf(file)
      .filter((target) => file.path.startsWith('emulator/') !== target.startsWith('emulator/') && target.includes('/'))
      .filter((target) => /^(src|resolvers|emulator)\//.test(target))
      .map((target) => `${file.path} → ${target}`),
  );

  expect(crossing).toEqual([]);
});

test('no imports go round in a circle', () => {
  // Types vanish before anything runs, so only imports of values can make a circle that bites.
  const graph = new Map(
    files.map(({ path, text }) => [path, importsOf({ path, text: text.replace(/import type [^;]+;/gs, '') })]),
  );
  const reach = (from: string, seen = new Set<string>()): Set<string> => {
    for (const next of graph.get(from) ?? []) {
      if (seen.has(next)) continue;
      seen.add(next);
      reach(next, seen);
    }
    return seen;
  };

  expect([...graph.keys()].filter((path) => reach(path).has(path))).toEqual([]);
});

test('a secret is revealed where the value itself is needed, and nowhere else', () => {
  const callers = files.filter(({ path, text }) => !path.startsWith('emulator/') && /\.reveal\(\)/.test(text));

  expect(callers.map(({ path }) => path).sort()).toEqual([
    'resolvers/apiToken.ts', // the payload of a creation
    'resolvers/createProject.ts', // the payload of a creation
    'resolvers/rotateApiToken.ts', // the payload of a creation
    'src/access/routerProof.ts', // the router's secret
    'src/cache/routerCaches.ts', // the key that routers share
    'src/credentials/tokenIntrospection.ts', // into a keyed hash
    'src/mutations/encryption.ts', // into a JWE
    'src/observability/spanExport.ts', // the proxy's address, which may hold a password
    'src/platform/client/proxy.ts', // the same
    'src/platform/client/request.ts', // the Authorization header, and the paths that hold a token
    'src/redis.ts', // its address, which may hold a password
    'src/store/open.ts', // ID_SECRET, the key that hashes the keys of the store
    'src/values/ids.ts', // into a keyed hash
  ]);
});
