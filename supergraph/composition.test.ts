import { describe, expect, test } from 'vitest';
import { COSTS_SDL } from '../test/federation/costsSubgraph.ts';
import { PREFIXED } from '../test/support/prefixed.ts';
import { subgraphSdl } from '../tools/schema/sdl.ts';
import { COMPOSERS, fixture, type Subgraph } from './composers.ts';

const geai: Subgraph = { name: 'geai', url: 'http://geai.test/graphql', sdl: subgraphSdl() };
const prefixed: Subgraph = { ...geai, sdl: subgraphSdl(PREFIXED) };
const costs: Subgraph = { name: 'costs', url: 'http://costs.test/graphql', sdl: COSTS_SDL };
const [relay, clashing, assistants] = [fixture('relay'), fixture('clashing'), fixture('assistants')];

const COMPANY_GRAPHS: Readonly<Record<string, readonly Subgraph[]>> = {
  alone: [geai],
  'beside a subgraph with PageInfo, Node and node of Relay': [geai, relay],
  'beside one that adds fields to our entities': [geai, costs],
  "beside one that keeps the platform's ids of assistants": [geai, assistants],
  'beside all three': [assistants, costs, geai, relay],
  'with prefixes, alone': [prefixed],
  'with prefixes, beside one with a viewer, an organization, a ProjectStatus and a Project of its own': [
    prefixed,
    clashing,
  ],
  'with prefixes, beside that and Relay': [relay, clashing, prefixed],
};

describe.each(Object.entries(COMPOSERS))('the composer of %s', (_name, compose) => {
  test.each(Object.entries(COMPANY_GRAPHS))('composes the contract %s, without errors or hints', (_case, subgraphs) => {
    expect(compose(subgraphs)).toEqual({ errors: [], hints: [] });
  });

  test('refuses without prefixes what prefixes are for', () => {
    expect(compose([geai, clashing]).errors.join('\n')).toMatch(/ProjectStatus|Project\.name|viewer/);
  });
});

test('on Linux all four composers are asked', () => {
  const expected = process.platform === 'linux' && process.arch === 'x64' ? 4 : 3;

  expect(Object.keys(COMPOSERS)).toHaveLength(expected);
});
