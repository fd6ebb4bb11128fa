import { expect, test } from 'vitest';
import { plan, uuid } from './planned.ts';

const inProjects = (selection: string) => `{ organization { projects(first: 10) { ${selection} } } }`;
const calls = (document: string) => plan(document, {}, { borrows: true }).calls;

/** What is selected of each project. */
const BELOW = [
  'name',
  'apiTokens { nodes { id } }',
  'assistants(first: 7) { nodes { name description } }',
  'assistants(first: 7) { edges { node { revisions { number } } } }',
  'assistants { nodes { description usage { requests } project { name usageLimit { used } } } }',
  'requests(first: 3) { edges { node { assistant { description } apiToken { id } } } }',
  'members { edges { node { email } } }',
];

test.each(BELOW)('%s costs the same calls in edges as in nodes, and no more in both', (below) => {
  const nodes = calls(inProjects(`nodes { ${below} }`));

  expect(calls(inProjects(`edges { node { ${below} } }`))).toBe(nodes);
  expect(calls(inProjects(`nodes { ${below} } edges { cursor node { ${below} } }`))).toBe(nodes);
  expect(calls(inProjects(`a: nodes { ${below} } b: edges { c: node { d: ${below} } }`))).toBe(nodes);
});

test('nodes and edges that select with other arguments cost the calls of both', () => {
  const of = (first: number) => `assistants(first: ${first}) { nodes { description } }`;
  const [few, many] = [2, 7].map((first) => calls(inProjects(`nodes { ${of(first)} }`)));
  const both = calls(inProjects(`nodes { ${of(2)} } edges { node { ${of(7)} } }`));
  const lists = calls(inProjects('nodes { assistants { nodes { name } } }'));

  expect(both).toBe(few! + many! - lists);
});

test('objects below arguments of the parent are told apart', () => {
  const inner = (first: number) =>
    `assistants(first: ${first}) { nodes { project { assistants(first: 5) { nodes { description } } } } }`;
  const document = (first: number) => inProjects(`nodes { ${inner(1)} } edges { node { ${inner(first)} } }`);

  expect(calls(document(9))).toBeGreaterThanOrEqual(calls(inProjects(`edges { node { ${inner(9)} } }`)));
});

test('edges, their items and nodes all count as objects', () => {
  const objects = (selection: string) =>
    plan(`{ project(id: "${uuid(1)}") { apiTokens(first: 30) { ${selection} } } }`).objects;
  const none = objects('totalCount');

  expect(objects('nodes { name }') - none).toBe(30);
  expect(objects('edges { cursor }') - none).toBe(30);
  expect(objects('edges { node { name } }') - none).toBe(60);
  expect(objects('nodes { name } edges { node { name } }') - none).toBe(90);
});
