import { getNamedType, isObjectType } from 'graphql';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startEmulator } from '../../emulator/emulator.ts';
import { READ } from '../../src/access/permissions.ts';
import { createSubgraph } from '../../src/graphql/schema.ts';
import { codes, type Facade, startFacade } from '../support/facade.ts';
import { type Issuer, jwtMode, startIssuer } from '../support/issuer.ts';
import { allBut } from './principals.ts';

const EXPLAINED = { 'geai-explain': 'upstream' };
/** Fields that tell of the caller alone. All others tell what the tokens open. */
const OWN = ['__typename', 'subject', 'permissions', 'missing'];

const viewer = createSubgraph().getType('Viewer');
const FIELDS = ['__typename', ...Object.keys(isObjectType(viewer) ? viewer.getFields() : {})];

let issuer: Issuer;
let facade: Facade;

beforeAll(async () => {
  issuer = await startIssuer();
  const emulator = await startEmulator({ organizations: 2, projects: 2 });
  const [first, second] = emulator.seeded.organizations;
  const ofProject = first?.projects[0]?.tokens.find(({ status }) => status === 'Active');
  const keyring = [first?.token ?? '', second?.token ?? '', ofProject?.id ?? ''];
  const env = { ...jwtMode(issuer, keyring), JWT_PROJECTS_CLAIM: 'projects', JWT_ORGANIZATIONS_CLAIM: 'orgs' };
  facade = await startFacade({ sharedEmulator: emulator, env });
});
afterAll(async () => {
  await facade.close();
  await facade.emulator.close();
  await issuer.close();
});
beforeEach(() => facade.emulator.resetCalls());

const everything = () => {
  const { organizations } = facade.emulator.seeded;
  return {
    orgs: organizations.map(({ id }) => id),
    projects: organizations.flatMap(({ projects }) => projects.map(({ id }) => id)),
  };
};

function selecting(name: string): string {
  const type = isObjectType(viewer) && viewer.getFields()[name]?.type;
  const named = type && getNamedType(type);
  if (!isObjectType(named)) return name;
  return `${name} { __typename ${'name' in named.getFields() ? 'name' : ''} }`;
}

test.each(FIELDS)('viewer.%s makes no call for who may not read', async (name) => {
  const token = await issuer.token({ scope: allBut(READ).join(' '), ...everything() });
  const document = `{ viewer { ${selecting(name)} } }`;

  for (let turn = 0; turn < 5; turn += 1) {
    const answer = await facade.query(document, { token, headers: turn % 2 === 0 ? EXPLAINED : {} });

    // The list of credentials is empty for everybody.
    expect(codes(answer)).toEqual([...OWN, 'credentials'].includes(name) ? [] : ['FORBIDDEN']);
    expect(answer.text).not.toContain('byRoute');
  }
  expect(facade.upstream()).toEqual({});
});

test('the cost of an operation is told to no caller whom claims restrict', async () => {
  const [organization] = facade.emulator.seeded.organizations;
  const token = await issuer.token({ orgs: [organization?.id], projects: everything().projects });

  const answer = await facade.query('{ organization { name } }', { token, headers: EXPLAINED });

  expect(answer.data.organization.name).toBe(organization?.name);
  // It has a call for each token of the server.
  expect(answer.text).not.toContain('byRoute');
});
