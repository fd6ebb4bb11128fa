import { isObjectType } from 'graphql';
import { expect, test } from 'vitest';
import { routeName } from '../../emulator/call.ts';
import { ROUTES } from '../../emulator/routes/routes.ts';
import { createSubgraph } from '../../src/graphql/schema.ts';
import { ENDPOINTS } from '../platform/endpoints.ts';
import { type CoverageRow, readCoverage } from './coverage.ts';
import { readPage } from './pages.ts';

const page = readPage('docs/coverage.md');

const rows = readCoverage();
const endpoints = rows.map(({ endpoint }) => endpoint);

test('every endpoint of the emulator is in exactly one row', () => {
  const names = ROUTES.map(routeName);

  expect(names.length).toBeGreaterThan(70);
  expect(names.filter((name) => endpoints.filter((endpoint) => endpoint === name).length !== 1)).toEqual([]);
});

test('no endpoint has two rows, and every section of the reference about endpoints has its rows', () => {
  const sections = [...readPage('docs/platform-api.md').matchAll(/^### (2\.\d+) /gm)].map(([, number]) => number);

  expect(endpoints.filter((endpoint, index) => endpoints.indexOf(endpoint) !== index)).toEqual([]);
  expect([...page.matchAll(/^## (2\.\d+) /gm)].map(([, number]) => number)).toEqual(sections);
});

test('an endpoint that the facade declares is in a row that names what it reaches', () => {
  const bare = (endpoint: string) => endpoint.replace(/\{\w+\}/g, '{}');
  const reached = new Set(rows.filter(({ fields }) => fields.length > 0).map(({ endpoint }) => bare(endpoint)));

  expect(ENDPOINTS.length).toBeGreaterThan(20);
  expect(ENDPOINTS.map(({ route }) => route).filter((route) => !reached.has(bare(route)))).toEqual([]);
});

test('a row names fields of the schema and the test that proves them, or says why there are none', () => {
  const schema = createSubgraph();
  const exists = (field: string) => {
    const [typeName = '', name = ''] = field.split('.');
    const type = schema.getType(typeName);
    return isObjectType(type) && name in type.getFields();
  };
  const isReached = ({ proof }: CoverageRow) => /^`test\/[\w/.]+\.test\.ts`$/.test(proof);
  const isLeftOut = ({ proof }: CoverageRow) => /^(Not yet: |Not used: |Never used: |Not in scope: ).+\.$/.test(proof);

  expect(rows.flatMap(({ fields }) => fields).filter((field) => !exists(field))).toEqual([]);
  expect(rows.filter((row) => !(row.fields.length > 0 ? isReached(row) : isLeftOut(row)))).toEqual([]);
});
