import { globSync, readFileSync } from 'node:fs';
import { basename, dirname, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ESTree, parseSync, Visitor } from 'vite';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const LONGEST_FILE = 200;
/** Lines of a function, without those of functions in it. */
const LONGEST_FUNCTION = 50;

const read = (pattern: string) =>
  globSync(pattern, { cwd: root })
    .filter((path) => !/generated|node_modules/.test(path))
    .map((path) => {
      const text = readFileSync(`${root}/${path}`, 'utf8');
      return { path, text, program: parseSync(path, text).program };
    });

const sources = read('{src,resolvers,emulator}/**/*.ts');
const others = read('{test,bench,scripts,tools,explorer,supergraph,examples}/**/*.{ts,tsx}').concat(read('*.ts'));

test(`a file of the product has ${LONGEST_FILE} lines at most`, () => {
  const long = sources.filter(({ text }) => text.split('\n').length - 1 > LONGEST_FILE);

  expect(long.map(({ path }) => path)).toEqual([]);
});

type Function = ESTree.Function | ESTree.ArrowFunctionExpression;

/** Lines of each function by its first one. */
function functionsOf({ text, program }: (typeof sources)[number]): { line: number; lines: number }[] {
  const lineOf = (offset: number) => text.slice(0, offset).split('\n').length;
  const found: { line: number; lines: number }[] = [];
  const open: { line: number; lines: number }[] = [];
  const enter = ({ start, end }: Function) => {
    const [line, lines] = [lineOf(start), lineOf(end) - lineOf(start) + 1];
    const around = open.at(-1);
    if (around) around.lines -= lines - 1;
    open.push({ line, lines });
  };
  const leave = () => found.push(...open.splice(-1));
  new Visitor({
    FunctionDeclaration: enter,
    FunctionExpression: enter,
    ArrowFunctionExpression: enter,
    'FunctionDeclaration:exit': leave,
    'FunctionExpression:exit': leave,
    'ArrowFunctionExpression:exit': leave,
  }).visit(program);
  return found;
}

test(`a function has ${LONGEST_FUNCTION} lines at most, without the functions in it`, () => {
  const long = sources.flatMap((file) =>
    functionsOf(file)
      .filter(({ lines }) => lines > LONGEST_FUNCTION)
      .map(({ line, lines }) => `${file.path}:${line} has ${lines}`),
  );

  expect(long).toEqual([]);
});

/** Names that a file declares and exports, values and types. */
const exportsOf = ({ program }: (typeof sources)[number]): string[] =>
  program.body.flatMap((statement) => {
    if (statement.type !== 'ExportNamedDeclaration' || !statement.declaration) return [];
    const { declaration } = statement;
    const ids =
      declaration.type === 'VariableDeclaration' ? declaration.declarations.map(({ id }) => id) : [declaration.id];
    return ids.flatMap((id) => (id?.type === 'Identifier' ? id.name : []));
  });

/** Names that files take from each file, also by passing them on, by a namespace or where they run. */
const imported = new Set(
  [...sources, ...others].flatMap(({ path, text }) =>
    [...text.matchAll(/(?:(?:import|export) (?:type )?(?:\{([^}]*)\}|\* as \w+) from |import\()'(\.[^']+)'/g)].flatMap(
      ([, names = '*', target = '']) =>
        names.split(',').map((name) => {
          const bare = name
            .replace(/^\s*(type )?/, '')
            .split(' as ')[0]
            ?.trim();
          return `${normalize(`${dirname(path)}/${target}`)} ${bare}`;
        }),
    ),
  ),
);

test('an exported value or type has an importer', () => {
  // Files of resolvers export maps and models by the names of types; the index and the code generator take them all.
  const unused = sources
    .filter(({ path }) => !path.startsWith('resolvers/') && !imported.has(`${path} *`))
    .flatMap((file) => exportsOf(file).map((name) => `${file.path} ${name}`))
    .filter((entry) => !imported.has(entry));

  expect(unused).toEqual([]);
});

const folderOf = (path: string) => path.split('/').slice(0, 2).join('/');

/** Folders of entities stand beside each other, and say the same of each: `observe`, `stateOf`, `namesakesOf`. */
const ENTITIES = new Set(
  sources.filter(({ text }) => / from '\.\.\/mutations\/mutation\.ts'/.test(text)).map(({ path }) => folderOf(path)),
);
const isOfEntity = (path: string) => ENTITIES.has(folderOf(path));

test('a name that is exported has one meaning', () => {
  const homes = Map.groupBy(
    sources
      .filter(({ path }) => path.startsWith('src/'))
      .flatMap((file) => [...new Set(exportsOf(file))].map((name) => ({ name, path: file.path }))),
    ({ name }) => name,
  );
  const shared = [...homes].flatMap(([name, files]) => {
    const paths = files.map(({ path }) => path);
    // A mutation has the name of the call that it makes.
    const besides = paths.filter((path) => !isOfEntity(path) && !path.startsWith('src/platform/resources/'));
    const isOfMany = paths.every(isOfEntity) || (besides.length === 0 && paths.length === 2);
    return paths.length < 2 || isOfMany ? [] : `${name}: ${paths.map((path) => basename(path)).join(', ')}`;
  });

  expect(shared).toEqual([]);
});
