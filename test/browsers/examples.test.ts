import { readdirSync, readFileSync } from 'node:fs';
import { type OperationDefinitionNode, parse, print } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startEmulator } from '../../emulator/emulator.ts';
import { codes, type Facade, startFacade } from '../support/facade.ts';

const FOLDER = new URL('../../examples/operations/', import.meta.url);
const FILES = readdirSync(FOLDER);

/** Operations of a file, in order. */
const operationsOf = (file: string) =>
  parse(readFileSync(new URL(file, FOLDER), 'utf8')).definitions as readonly OperationDefinitionNode[];

let facade: Facade;
beforeAll(async () => {
  const sharedEmulator = await startEmulator();
  // As the demo.
  const GEAI_TOKENS = sharedEmulator.seeded.organizations[0]!.token;
  const env = { AUTH_MODE: 'open', GEAI_TOKENS, GEAI_BORROW_PROJECT_TOKENS: 'true' };
  facade = await startFacade({ sharedEmulator, env });
});
afterAll(async () => {
  await facade.close();
  await facade.emulator.close();
});

// biome-ignore lint/suspicious/noExplicitAny: tests read deep into answers; a wrong path fails the assertion.
type Data = any;

/** Runs the operations of a file one by one; each gets the variables that those before left. */
async function run(
  file: string,
  learn: (data: Data) => Record<string, unknown> = () => ({}),
  given: Record<string, unknown> = {},
): Promise<Data[]> {
  let variables = given;
  const answers: Data[] = [];
  for (const operation of operationsOf(file)) {
    const answer = await facade.query(print(operation), { variables });
    expect(codes(answer), `${file} ${operation.name?.value}`).toEqual([]);
    answers.push(answer.data);
    variables = { ...variables, ...learn(answer.data) };
  }
  return answers;
}

test('every example is a tab of the explorer, and its first operation is the title', () => {
  const tabs = readFileSync(new URL('../../explorer/examples.ts', import.meta.url), 'utf8');

  for (const file of FILES) {
    expect(tabs).toContain(`operations/${file}?raw`);
    const name = operationsOf(file)[0]?.name?.value ?? '';
    expect(file).toBe(`${name[0]?.toLowerCase()}${name.slice(1)}.graphql`);
  }
});

test('overview shows the organization, its projects, tokens and assistants', async () => {
  const [{ organization, viewer }] = await run('overview.graphql');

  expect(viewer.scopes).toContain('ORGANIZATION');
  expect(organization.projects.nodes).toHaveLength(3);
  for (const key of ['apiTokens', 'assistants']) expect(organization.projects.nodes[0][key].nodes).not.toEqual([]);
});

test('the life of a token goes from its creation to its end', async () => {
  const [, create, block, unblock, revoke] = await run('tokenLife.graphql', ({ organization, createApiToken }) => ({
    ...(organization && { projectId: organization.projects.nodes[0].id }),
    ...(createApiToken && { id: createApiToken.apiToken.id }),
  }));

  expect(create.createApiToken).toMatchObject({ apiToken: { status: 'ACTIVE' }, userErrors: [] });
  const { blockApiToken } = block;
  expect(blockApiToken).toMatchObject({ apiToken: { status: 'BLOCKED' }, verification: { outcome: 'CONFIRMED' } });
  expect(unblock.unblockApiToken).toMatchObject({ apiToken: { status: 'ACTIVE' }, userErrors: [] });
  expect(revoke.revokeApiToken).toMatchObject({ changed: true, userErrors: [] });
});

test('the incident is found, planned and ended', async () => {
  const [found, planned, blocked] = await run('incident.graphql', ({ organization, blockApiTokens }) => ({
    ...(organization && { organizationId: organization.id }),
    ...(blockApiTokens && { planId: blockApiTokens.planId }),
  }));

  const { totalCount } = found.organization.apiTokens;
  expect(totalCount).toBeGreaterThan(0);
  expect(planned.blockApiTokens.counts.wouldChange).toBe(totalCount);
  expect(blocked.blockApiTokens.counts.changed).toBe(totalCount);
});

test('usage sums the requests', async () => {
  // Seeded requests are not of today here, as they are in the demo.
  const window = { from: '2025-01-01T00:00:00Z', to: '2030-01-01T00:00:00Z' };
  const [{ organization }] = await run('usage.graphql', undefined, { window });

  expect(organization.usage.requests).toBeGreaterThan(0);
  expect(organization.usage.nodes.length).toBeGreaterThan(0);
});

test('findings are found', async () => {
  const [{ organization }] = await run('findings.graphql');

  expect(organization.tokenFindings.nodes.length).toBeGreaterThan(0);
});
