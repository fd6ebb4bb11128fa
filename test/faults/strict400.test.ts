import { describe, expect, onTestFinished, test } from 'vitest';
import { type Answer, codes } from '../support/facade.ts';
import { assistantId, expectNothingOfThePlatform, seededToken, startDrill } from './failures.ts';

type Drill = Awaited<ReturnType<typeof startDrill>>;

const NOBODY = '00000000-0000-4000-8000-000000000000';

interface Refusal {
  readonly name: string;
  readonly ask: (drill: Drill) => Promise<Answer>;
  readonly data: unknown;
  readonly codes: readonly string[];
}

/** What the platform refuses by itself, without a fault. Its ids tell what it means, so the status must not matter. */
const REFUSALS: readonly Refusal[] = [
  {
    name: 'a project that does not exist',
    ask: ({ facade, organization }) =>
      facade.query(`{ project(id: "${NOBODY}") { name } }`, { token: organization.token }),
    data: { project: null },
    codes: [],
  },
  {
    name: 'an assistant that does not exist',
    ask: ({ facade, project, projectToken }) =>
      facade.query(`{ assistant(id: "${assistantId(project.id, NOBODY)}") { name } }`, { token: projectToken }),
    data: { assistant: null },
    codes: [],
  },
  {
    name: 'a new token for a project that does not exist',
    ask: ({ facade, organization }) =>
      facade.query(
        `mutation { createApiToken(input: { projectId: "${NOBODY}", name: "Nobody" }) { secret userErrors { code field } } }`,
        { token: organization.token },
      ),
    data: { createApiToken: { secret: null, userErrors: [{ code: 'PROJECT_NOT_FOUND', field: 'projectId' }] } },
    codes: [],
  },
  {
    name: 'a blocked token as credential',
    ask: ({ facade, emulator }) =>
      facade.query('{ viewer { scopes } }', { token: seededToken(emulator, 'Blocked').token }),
    data: { viewer: null },
    codes: ['UNAUTHENTICATED'],
  },
  {
    name: "a user's token where only an organization token is taken",
    ask: ({ facade, emulator }) => {
      const { token, projectId } = emulator.seeded.oauth[0]!;
      const document = '{ organization { projects { nodes { name } } } }';
      return facade.query(document, { token, headers: { projectid: projectId } });
    },
    data: { organization: { projects: null } },
    codes: ['FORBIDDEN'],
  },
  {
    name: 'a revoked token to be unblocked',
    ask: ({ facade, emulator, organization }) =>
      facade.query(
        'mutation ($id: ID!) { unblockApiToken(input: { id: $id }) { changed userErrors { code field } } }',
        {
          token: organization.token,
          variables: { id: seededToken(emulator, 'Revoked').id },
        },
      ),
    data: { unblockApiToken: { changed: false, userErrors: [{ code: 'TOKEN_REVOKED', field: 'id' }] } },
    codes: [],
  },
];

describe.each([{ strict400: false }, { strict400: true }])(
  'with strict400: $strict400 the caller learns of',
  (mode) => {
    test.concurrent.each(REFUSALS)('$name what the platform means', async (refusal) => {
      const drill = await startDrill({ emulator: { organizations: 1, projects: 12, oauthEverywhere: false, ...mode } });
      onTestFinished(() => drill.facade.close());

      const answer = await refusal.ask(drill);

      expect(answer.data).toEqual(refusal.data);
      expect(codes(answer)).toEqual(refusal.codes);
      expectNothingOfThePlatform(drill.facade, answer);
    });
  },
);
