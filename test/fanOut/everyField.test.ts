import { type GraphQLField, type GraphQLObjectType, getNamedType, isObjectType } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createSubgraph } from '../../src/graphql/schema.ts';
import { plan } from '../cost/planned.ts';
import { entitiesQuery, idOf, type MeasuredFacade, references, startMeasured } from './measured.ts';

let borrowing: MeasuredFacade;
let bare: MeasuredFacade;

beforeAll(async () => {
  borrowing = await startMeasured({ GEAI_BORROW_PROJECT_TOKENS: 'true', UPSTREAM_CALL_BUDGET: '10000' });
  bare = await startMeasured({ UPSTREAM_CALL_BUDGET: '10000' });
});
afterAll(async () => {
  await borrowing.close();
  await bare.close();
});

type Field = GraphQLField<unknown, unknown>;

const schema = createSubgraph();
const fieldsOf = (name: string): Field[] => Object.values((schema.getType(name) as GraphQLObjectType).getFields());
const takes = ({ extensions }: Field) => extensions.reading?.takes;

/** A field, with a plain one of what it returns, or of the first node. */
function selectionOf({ name, type }: Field): string {
  const below = getNamedType(type);
  if (!isObjectType(below)) return name;
  const { nodes } = below.getFields();
  const inside = nodes ? selectionOf(nodes) : plainFieldOf(below);
  return `${name}${nodes ? '(first: 1)' : ''} { ${inside} }`;
}

function plainFieldOf(type: GraphQLObjectType): string {
  const plain = Object.values(type.getFields()).find((field) => {
    const { cost, part = 'record' } = field.extensions.reading ?? {};
    return !cost && part === 'record' && !isObjectType(getNamedType(field.type));
  });
  return plain?.name ?? selectionOf(Object.values(type.getFields())[0]!);
}

const OWN_CALLS = fieldsOf('Project').filter(
  ({ name, extensions }) => name !== 'analytics' && extensions.reading?.cost,
);

/** Projects whose tokens can be borrowed. */
const openProjects = (count: number) =>
  borrowing.organization.projects.filter(({ tokens }) => tokens[0]?.status === 'Active').slice(0, count);

const callsFor = async (field: Field, count: number) => {
  const document = entitiesQuery('Project', selectionOf(field));
  const variables = references('Project', openProjects(count).map(idOf));
  const { errors, data, upstream } = await borrowing.measure(document, variables);
  expect(errors).toBeUndefined();
  expect(data._entities).toHaveLength(count);
  expect(data._entities).not.toContain(null);
  const made = Object.values(upstream).reduce((sum, calls) => sum + calls, 0);
  expect(made).toBeLessThanOrEqual(plan(document, variables, { borrows: true }).calls - 1);
  return upstream;
};

describe.each(OWN_CALLS.map((field) => [`Project.${field.name}`, field] as const))('%s', (_place, field) => {
  test('costs 20 and 200 projects as many calls as one for each, and one list of projects', async () => {
    const one = await callsFor(field, 1);
    for (const count of [20, 200]) {
      const upstream = await callsFor(field, count);
      for (const [route, calls] of Object.entries(upstream)) {
        if (route === 'GET /v1/organization/projects') expect(calls).toBe(1);
        else expect([route, calls]).toEqual([route, count * one[route]!]);
      }
    }
  });
});

const OF_PROJECTS = OWN_CALLS.filter((field) => takes(field) === 'PROJECT');
const OF_ORGANIZATIONS = OWN_CALLS.filter((field) => takes(field) === 'ORGANIZATION');
const ALL = [...OF_PROJECTS, ...OF_ORGANIZATIONS].map(selectionOf).join(' ');

test('three levels deep, fields without their credential are null with an error each, and the others are there', async () => {
  const { data, errors, upstream } = await bare.measure(
    `{ organization { name projects(first: 3) { nodes { name ${ALL} } } } }`,
  );
  const { nodes } = data.organization.projects;

  expect(nodes).toHaveLength(3);
  for (const node of nodes) {
    for (const { name } of OF_ORGANIZATIONS) expect([name, node[name]]).toEqual([name, expect.anything()]);
    for (const { name } of OF_PROJECTS) expect([name, node[name]]).toEqual([name, null]);
  }
  expect(errors).toHaveLength(3 * OF_PROJECTS.length);
  for (const { extensions } of errors!) {
    expect(extensions).toMatchObject({ code: 'CREDENTIAL_REQUIRED', scope: 'PROJECT' });
  }
  expect(Object.keys(upstream).filter((route) => /assistants|search|export/.test(route))).toEqual([]);
});

test('with the token of a project alone, its fields of the organization are null with an error each', async () => {
  const project = openProjects(1)[0]!;
  const { data, errors } = await bare.measure(
    `query ($id: ID!) { project(id: $id) { name ${ALL} organization { id } } }`,
    { id: project.id },
    { token: project.tokens[0]!.id },
  );

  for (const { name } of OF_PROJECTS) expect([name, data.project[name]]).toEqual([name, expect.anything()]);
  for (const { name } of OF_ORGANIZATIONS) expect([name, data.project[name]]).toEqual([name, null]);
  expect(errors).toHaveLength(OF_ORGANIZATIONS.length);
  for (const { extensions } of errors!) {
    expect(extensions).toMatchObject({ code: 'CREDENTIAL_REQUIRED', scope: 'ORGANIZATION' });
  }
});
