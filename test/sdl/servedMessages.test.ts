import { globSync, readFileSync } from 'node:fs';
import { isObjectType } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createSubgraph } from '../../src/graphql/schema.ts';
import { type Facade, startFacade } from '../support/facade.ts';
import { PREFIXED, PREFIXES } from '../support/prefixed.ts';

let served: Facade;

beforeAll(async () => {
  served = await startFacade({ env: { ...PREFIXES, UPSTREAM_CALL_BUDGET: '50' } });
});
afterAll(() => served.close());

const plain = createSubgraph();
const prefixed = createSubgraph(PREFIXED);
const inText = prefixed.extensions.servedText!;

const typeNames = Object.keys(plain.getTypeMap()).filter((name) => !name.startsWith('_'));
const mutationNames = Object.keys(plain.getMutationType()!.getFields());

/** Names of the contract that texts of the code quote. */
const QUOTED = globSync(['src/**/*.ts', 'resolvers/*.ts'], { exclude: ['src/generated/**'] }).flatMap((path) =>
  [...readFileSync(path, 'utf8').matchAll(/\\?`(\w+)(\.\w+)?\\?`/g)].flatMap(([, name, member]) =>
    (typeNames.includes(name!) && isObjectType(plain.getType(name!))) || mutationNames.includes(name!)
      ? [`${name}${member ?? ''}`]
      : [],
  ),
);

test('every type, field and mutation that a text quotes is quoted as it is served', () => {
  expect(QUOTED.length).toBeGreaterThan(10);
  for (const name of new Set(QUOTED)) {
    const [first, member] = inText(`\`${name}\``).replaceAll('`', '').split('.') as [string, string?];
    const type = prefixed.getType(first);
    if (mutationNames.includes(name)) expect(prefixed.getMutationType()!.getFields()).toHaveProperty(first);
    else expect(type, name).toBeDefined();
    if (member && isObjectType(type)) expect(type.getFields(), name).toHaveProperty(member);
  }
});

test('a text that quotes something else stays as it is', () => {
  for (const text of [
    '`first` is 0; it takes 1 to 100.',
    'Send `Authorization: Bearer <token>`.',
    '`CACHE=redis`',
    'Project',
  ]) {
    expect(inText(text)).toBe(text);
  }
});

test('errors of fields quote served names', async () => {
  const [organization] = served.emulator.seeded.organizations;
  const { errors } = await served.query('{ a: geaiApiToken(id: "x") { id } b: geaiAssistant(id: "x") { id } }', {
    token: organization!.token,
  });

  expect(errors?.map(({ message }) => message).sort()).toEqual([
    expect.stringContaining('`GeaiApiToken`'),
    expect.stringContaining('`GeaiAssistant`'),
  ]);
});

test('words of the caller that look like names of the contract stay as they are', async () => {
  const token = served.emulator.seeded.organizations[0]!.token;
  const reference = '{ _entities(representations: [{ __typename: "Project", id: "x" }]) { __typename } }';
  const costly = '{ viewer: geaiOrganization { ApiToken: projects(first: 100) { nodes { members { totalCount } } } } }';
  const [unknown, refused] = await Promise.all(
    [reference, costly].map((document) => served.query(document, { token })),
  );

  expect(unknown!.errors![0]!.message).toBe('This subgraph has no entity "Project".');
  expect(refused!.errors![0]!.message).toContain('are for "viewer.ApiToken.nodes.members"');
});

test('user errors quote served names', async () => {
  const { token, id, projects } = served.emulator.seeded.organizations[0]!;
  const invite = `mutation ($input: GeaiInviteProjectMemberInput!) { geaiInviteProjectMember(input: $input) { userErrors { message } } }`;
  const input = { projectId: projects[0]!.id, email: 'new@acme.example', roles: [] };
  const limit = `mutation ($input: GeaiSetUsageLimitInput!) { geaiSetUsageLimit(input: $input) { userErrors { message } } }`;
  const amounts = { unit: 'COST', softLimit: 1, hardLimit: 2, isRenewable: true, organizationId: id };
  const invited = await served.query(invite, { token, variables: { input } });
  await served.query(limit, { token, variables: { input: { ...amounts, period: 'MONTHLY' } } });
  const limited = await served.query(limit, { token, variables: { input: { ...amounts, period: 'DAILY' } } });

  expect(invited.data.geaiInviteProjectMember.userErrors[0].message).toContain('`GeaiProject.roles`');
  expect(limited.data.geaiSetUsageLimit.userErrors[0].message).toContain('`geaiCancelUsageLimit`');
});
