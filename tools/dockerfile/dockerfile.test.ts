import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { DockerfileError, parseDockerfile } from './dockerfile.ts';
import { parseDockerignore } from './dockerignore.ts';

const read = (name: string) => readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8');

test('a Dockerfile is read: stages, continued lines, comments, quoted values, commands in exec form', () => {
  const text = `# a comment
FROM node:24-slim AS build
WORKDIR /app
COPY a.json b.json ./
RUN one && \\
    two
FROM node:24-slim
COPY --from=build /app/dist dist
ENV A=1 B="two words"
LABEL org.example.title="x"
USER node
EXPOSE 4000
HEALTHCHECK --interval=30s --retries=3 CMD ["node", "-e", "f({ a: '\\\\n' })"]
CMD ["node", "main.js"]
`;
  expect(parseDockerfile(text)).toEqual([
    { name: 'FROM', image: 'node:24-slim', stage: 'build' },
    { name: 'WORKDIR', path: '/app' },
    { name: 'COPY', from: null, sources: ['a.json', 'b.json'], target: './' },
    { name: 'RUN', command: 'one &&      two' },
    { name: 'FROM', image: 'node:24-slim', stage: null },
    { name: 'COPY', from: 'build', sources: ['/app/dist'], target: 'dist' },
    { name: 'ENV', values: { A: '1', B: 'two words' } },
    { name: 'LABEL', values: { 'org.example.title': 'x' } },
    { name: 'USER', user: 'node' },
    { name: 'EXPOSE', port: 4000 },
    { name: 'HEALTHCHECK', command: ['node', '-e', "f({ a: '\\n' })"] },
    { name: 'CMD', command: ['node', 'main.js'] },
  ]);
});

test('an argument before the first stage stands for its default in a base', () => {
  const stage = { name: 'FROM', image: 'node:24-slim', stage: 'build' };

  expect(parseDockerfile('ARG BASE=node:24-slim\nFROM $BASE AS build\n')).toEqual([stage]);
});

test.for([
  'ADD https://example.test/x /x',
  'ENTRYPOINT ["node"]',
  'FROM node:24\nARG VERSION=1',
  'ARG A=1\nFROM $B',
  'ARG A=$B\nFROM node:24',
  'FROM --platform=linux/amd64 node:24',
  'COPY --chown=node:node dist dist',
  'COPY --chmod=777 --from=build dist dist',
  'COPY *.json ./',
  'COPY alone',
  'RUN --mount=type=cache,target=/x npm ci',
  'RUN <<EOF',
  'ENV A=$B',
  'ENV A 1',
  'USER $NAME',
  'EXPOSE 4000/udp',
  'HEALTHCHECK NONE',
  'HEALTHCHECK CMD curl localhost',
  'CMD node main.js',
  'CMD []',
  'CMD ["node", 1]',
])('what the proof could not perform is refused: %s', (line) => {
  expect(() => parseDockerfile(line)).toThrow(DockerfileError);
});

test('of a context, the last rule that fits decides, and a rule for a folder holds for all in it', () => {
  const isLeftOut = parseDockerignore('# comment\n*\n!src\nsrc/generated\n!/README.md\n');

  expect(['src/main.ts', 'src/a/b.ts', 'README.md'].map(isLeftOut)).toEqual([false, false, false]);
  expect(['.env', 'src/generated/x.ts', 'docs/README.md', 'srcs/x'].map(isLeftOut)).toEqual([true, true, true, true]);
});

test('wildcards stay within a folder, double ones do not', () => {
  const isLeftOut = parseDockerignore('a/*.log\n**/secret?.txt\n');

  expect(['a/x.log', 'secret1.txt', 'deep/er/secret2.txt'].map(isLeftOut)).toEqual([true, true, true]);
  expect(['a/b/x.log', 'a/xlog', 'deep/secret.txt'].map(isLeftOut)).toEqual([false, false, false]);
});

test('our context holds no secret, test or git file, whatever lies around', () => {
  const isLeftOut = parseDockerignore(read('.dockerignore'));

  for (const path of [
    '.env',
    '.git/config',
    'node_modules/x/package.json',
    'test/x.ts',
    'emulator/x.ts',
    'tokens.txt',
  ]) {
    expect(isLeftOut(path), path).toBe(true);
  }
});

test('our image is of the Node that we develop with, runs as its user, and starts node itself', () => {
  const instructions = parseDockerfile(read('Dockerfile'));
  const images = instructions.flatMap((one) => (one.name === 'FROM' ? [one.image] : []));
  const [major] = process.versions.node.split('.');

  expect(new Set(images)).toEqual(new Set([`node:${major}-slim`]));
  const last = instructions.findLastIndex(({ name }) => name === 'FROM');
  expect(instructions.slice(last)).toContainEqual({ name: 'USER', user: 'node' });
  expect(instructions.at(-1)).toEqual({ name: 'CMD', command: ['node', 'dist/src/main.js'] });
});
