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

/** Layers from the bottom up: each may import those before it, and the modules at the top of `src` that are listed. */
const LAYERS: [folder: string, mayImport: RegExp][] = [
  ['src/platform/', /^src\/(platform\/|secret\.ts|decimal\.ts|instant\.ts|json\.ts|uuid\.ts)/],
  ['src/credentials/', /^src\/(credentials\/|platform\/|secret\.ts|uuid\.ts)/],
  ['src/usage/', /^src\/(usage\/|platform\/|secret\.ts|decimal\.ts)/],
  ['src/loaders/', /^src\/(loaders\/|usage\/|credentials\/|platform\/|secret\.ts|ids\.ts|settle\.ts|derived\.ts)/],
  ['src/findings/', /^src\/(findings\/|loaders\/|usage\/|platform\/|errors\.ts|settle\.ts)/],
  ['src/limits/', /^src\/limits\//],
  [
    'src/cost/',
    // The bounds that others have, and the fields that links give for nothing.
    /^(src\/(callPlan\/|usage\/|findings\/|incident\/action\.ts|tokens\/pauses\.ts|ids\.ts|uuid\.ts|derived\.ts|pagination\.ts|settle\.ts|context\.ts)|resolvers\/linkedProject\.ts)/,
  ],
  ['src/store/', /^src\/(state\/|redis\.ts|secret\.ts|config\.ts)/],
  [
    'src/apiTokens/',
    /^src\/(tokens\/|loaders\/|platform\/|state\/|secret\.ts|ids\.ts|errors\.ts|context\.ts|settle\.ts|audited\.ts)/,
  ],
  [
    'src/projects/',
    /^src\/(projects\/|tokens\/|loaders\/|platform\/|ids\.ts|errors\.ts|context\.ts|settle\.ts|audited\.ts)/,
  ],
  [
    'src/apiTokens/bulk/',
    /^src\/(incident\/|tokens\/|loaders\/|platform\/|ids\.ts|instant\.ts|errors\.ts|context\.ts|settle\.ts|audited\.ts|textSearch\.ts)/,
  ],
];

test.each(LAYERS)('%s imports only what lies below it', (folder, mayImport) => {
  const own = files.filter(({ path }) => path.startsWith(folder));
  const strangers = own.flatMap((file) =>
    importsOf(file)
      .filter((target) => /^(src|resolvers|emulator)\//.test(target) && !mayImport.test(target))
      .map((target) => `${file.path} → ${target}`),
  );

  expect(own).not.toEqual([]);
  expect(strangers).toEqual([]);
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
    'src/credentials/tokenIntrospection.ts', // into a keyed hash
    'src/values/ids.ts', // into a keyed hash
    'src/platform/client/request.ts', // the Authorization header, and the paths that hold a token
    'src/redis.ts', // its address, which may hold a password
    'src/store/open.ts', // ID_SECRET, the key that hashes the keys of the store
    'src/mutations/encryption.ts', // into a JWE
  ]);
});
