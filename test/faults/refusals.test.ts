import { afterAll, beforeAll, expect, test } from 'vitest';
import { routeName } from '../../emulator/call.ts';
import { ROUTES } from '../../emulator/routes/routes.ts';
import { createSubgraph } from '../../src/graphql/schema.ts';
import { inputsOf, settingIn } from '../support/examples.ts';
import { type Managed, startManaged } from '../support/managing.ts';

const WRITES = ROUTES.filter(({ method }) => method !== 'GET').map(routeName);

/** The last project of the emulator never had a limit. */
const WITHOUT_LIMIT = 3;

interface Refused {
  readonly mutation: string;
  /** What its target turns into that is gone by then. An error of the platform where nothing of the input is in the path. */
  readonly gone: readonly [code: string, field: string | null] | 'UPSTREAM_BAD_RESPONSE';
  readonly project?: number;
  readonly example?: number;
  /** True if the platform may say that the token has another status than it takes. */
  readonly isOfToken?: boolean;
}

const ofToken = (mutation: string, gone: Refused['gone']): Refused => ({ mutation, gone, isOfToken: true });

const CASES: readonly Refused[] = [
  { mutation: 'createApiToken', gone: 'UPSTREAM_BAD_RESPONSE' },
  ofToken('rotateApiToken', 'UPSTREAM_BAD_RESPONSE'),
  ...['blockApiToken', 'unblockApiToken', 'revokeApiToken', 'updateApiToken'].map((mutation) =>
    ofToken(mutation, ['TOKEN_NOT_FOUND', 'id']),
  ),
  { mutation: 'createProject', gone: 'UPSTREAM_BAD_RESPONSE' },
  { mutation: 'updateProject', gone: ['PROJECT_NOT_FOUND', 'id'] },
  { mutation: 'deleteProject', gone: ['PROJECT_NOT_FOUND', 'id'] },
  { mutation: 'createOrganization', gone: 'UPSTREAM_BAD_RESPONSE' },
  { mutation: 'deleteOrganization', gone: ['ORGANIZATION_NOT_FOUND', 'id'] },
  { mutation: 'inviteProjectMember', gone: 'UPSTREAM_BAD_RESPONSE' },
  { mutation: 'removeProjectMember', gone: ['MEMBER_NOT_FOUND', 'userId'] },
  { mutation: 'setUsageLimit', example: 1, gone: ['LIMIT_ENDED', null] },
  { mutation: 'setUsageLimit', example: 1, project: WITHOUT_LIMIT, gone: ['PROJECT_NOT_FOUND', 'projectId'] },
  { mutation: 'cancelUsageLimit', gone: ['LIMIT_ENDED', null] },
];

let facade: Managed;

beforeAll(async () => {
  facade = await startManaged({ emulator: { organizations: 2, projects: 4, adminOrganizationTokens: true } });
});
afterAll(() => facade.close());

/** What a mutation comes to whose writes are all answered so, in the payload or as the code of its error. */
async function outcomeOf({ mutation, example = 0, project = 0 }: Refused, answer: { status: number; id?: number }) {
  const setting = settingIn(facade.emulator, { project });
  facade.emulator.setFaults([]);
  if (mutation === 'unblockApiToken') await facade.mutate('blockApiToken', { id: setting.apiTokenId });
  facade.emulator.setFaults(WRITES.map((route) => ({ route, kind: 'status', ...answer })));
  const before = facade.events().length;
  const input = inputsOf(mutation)[example]!(setting);
  const outcome = await facade.mutate(mutation, input).then(
    ({ userErrors: [{ code, field }] }) => [code, field],
    ({ message }: Error) => message.split(':', 1)[0],
  );
  const isRefused = Array.isArray(outcome);
  expect(facade.events().slice(before)).toMatchObject([
    {
      ...{ action: mutation, changed: false, outcome: isRefused ? 'REFUSED' : 'FAILED' },
      codes: [isRefused ? outcome[0] : outcome],
    },
  ]);
  return outcome;
}

test.each(CASES)('$mutation that is refused says so in the words of its input', async (each) => {
  expect(await outcomeOf(each, { status: 400 })).toEqual(['REJECTED', null]);
  expect(await outcomeOf(each, { status: 404 })).toEqual(each.gone);
  expect(await outcomeOf(each, { status: 403, id: 7 })).toBe('FORBIDDEN');
  if (each.isOfToken) expect(await outcomeOf(each, { status: 400, id: 2032 })).toEqual(['TOKEN_REVOKED', 'id']);
});

test('a token whose name the platform takes for empty is refused at its name', async () => {
  expect(await outcomeOf(CASES[0]!, { status: 400, id: 2007 })).toEqual(['REJECTED', 'name']);
});

test('every mutation of one object is among them', () => {
  const all = Object.keys(createSubgraph().getMutationType()!.getFields());
  const ofMany = ['blockApiTokens', 'unblockApiTokens'];

  expect([...new Set(CASES.map(({ mutation }) => mutation)), ...ofMany].sort()).toEqual(all.sort());
});
