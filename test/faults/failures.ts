import { expect } from 'vitest';
import type { Emulator } from '../../emulator/emulator.ts';
import { createIds } from '../../src/values/ids.ts';
import { Secret } from '../../src/values/secret.ts';
import { type Answer, type Facade, type FacadeOptions, startFacade, TEST_ID_SECRET } from '../support/facade.ts';
import type { Disruption, Expected } from './faultTable.ts';

export type TokenStatus = 'Active' | 'Blocked' | 'Revoked';

interface ListedToken {
  readonly id: string;
  readonly name: string;
  readonly description?: string;
  readonly status: TokenStatus;
}

const ids = createIds(new Secret(TEST_ID_SECRET));

/** A facade and what its emulator holds. */
export async function startDrill(options: FacadeOptions = {}) {
  const facade = await startFacade({ emulator: { organizations: 1, projects: 8 }, ...options });
  const { emulator } = facade;
  const organization = emulator.seeded.organizations[0]!;
  const project = organization.projects[0]!;
  const projectToken = project.tokens.find(({ status }) => status === 'Active')!.id;
  return { facade, emulator, organization, project, projectToken, both: [organization.token, projectToken] };
}

/** Lets the facade find out what the tokens are, so that later requests begin with the call that they are about. */
export async function introduce({ facade, both }: { facade: Facade; both: readonly string[] }): Promise<void> {
  const { errors } = await facade.query('{ viewer { scopes } }', { tokens: both });
  expect(errors).toBeUndefined();
  facade.emulator.resetCalls();
}

/** Makes every one of the routes misbehave in the same way. */
export function disturb(emulator: Emulator, routes: readonly string[], fault: Disruption): void {
  emulator.setFaults(routes.map((route) => ({ route, ...fault })));
}

/** One of the seeded tokens of a status, `index` counted from 0, with the graph's id of it. Default ones are left in peace. */
export function seededToken(emulator: Emulator, wanted: TokenStatus, index = 0) {
  const found = emulator.seeded.organizations[0]!.projects.flatMap(({ id: projectId, tokens }) =>
    tokens
      .filter(({ status, name }) => status === wanted && name !== 'Default')
      .map(({ id: token }) => ({ id: tokenId(projectId, token), token, projectId })),
  )[index];
  if (!found) throw new Error(`the seed has too few tokens that are ${wanted}`);
  return found;
}

function tokenId(projectId: string, token: string): string {
  return ids.apiTokenId(projectId, { secret: new Secret(token), name: '', createdAt: null });
}

export function assistantId(projectId: string, assistant: string): string {
  return ids.assistantId(projectId, assistant);
}

/** What the platform itself says of a project's tokens. */
export async function tokensAt({ url, seeded }: Emulator, projectId: string): Promise<ListedToken[]> {
  const headers = { authorization: `Bearer ${seeded.organizations[0]!.token}` };
  const response = await fetch(`${url}/v1/organization/project/${projectId}/tokens`, { headers });
  const { tokens } = (await response.json()) as { tokens: ListedToken[] };
  return tokens;
}

export type Path = readonly (string | number)[];

/** Expects exactly one error, at `path`, with the code and nothing of the platform in the answer. */
export function expectFailure(facade: Facade, answer: Answer, path: Path, expected: Expected): void {
  expect(answer.errors).toHaveLength(1);
  const [error] = answer.errors!;
  const requestId = answer.headers.get('x-request-id');
  const { code, retryable, retryAfter } = expected;
  expect(error!.extensions).toEqual({ code, retryable, requestId, ...(retryAfter && { retryAfter }) });
  expect(error!.path).toEqual(path);
  expect(path.reduce((parent, name) => parent[name], answer.data)).toBeNull();
  expectNothingOfThePlatform(facade, answer);
}

/** No text, address, path, header or token of the platform. */
export function expectNothingOfThePlatform({ emulator }: Facade, answer: Answer): void {
  const sent = answer.text + JSON.stringify([...answer.headers]);
  const tokens = emulator.seeded.organizations.flatMap(({ token, projects }) => [
    token,
    ...projects.flatMap((project) => project.tokens.map(({ id }) => id)),
  ]);
  const forbidden = ['UPSTREAM-TEXT', new URL(emulator.url).host, '/v1/', '/v2/', 'gateway says', ...tokens];
  expect(forbidden.filter((text) => sent.includes(text))).toEqual([]);
}
