import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'supergraph-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const compose = (...args: string[]) =>
  spawnSync(process.execPath, ['supergraph/compose.ts', ...args], {
    cwd: new URL('..', import.meta.url),
    encoding: 'utf8',
  });

test('one command composes ours and the sample', () => {
  const out = join(folder, 'new', 'supergraph.graphql');
  const { status, stderr } = compose('--out', out);

  expect([status, stderr]).toEqual([0, '']);
  const text = readFileSync(out, 'utf8');
  expect(text).toContain('GEAI @join__graph(name: "geai", url: "http://127.0.0.1:4000/graphql")');
  expect(text).toMatch(/bookingText: String.*requires: "name status"/);
});

test('subgraphs that do not fit leave no file, and say why', () => {
  const [file, out] = [join(folder, 'clashing.graphql'), join(folder, 'none.graphql')];
  writeFileSync(file, 'type Query { project(id: ID!): String }');
  const ours = 'geai=http://geai.test/graphql=supergraph/geai-graph.graphql';
  const { status, stderr } = compose('--out', out, '--subgraph', ours, '--subgraph', `other=http://other.test=${file}`);

  expect(status).toBe(1);
  expect(stderr).toContain('Query.project');
  expect(() => readFileSync(out)).toThrow('ENOENT');
});
