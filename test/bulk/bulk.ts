import { expect } from 'vitest';
import type { Emulator, TrueToken } from '../../emulator/emulator.ts';
import { createIds } from '../../src/values/ids.ts';
import { Secret } from '../../src/values/secret.ts';
import { type Answer, type Facade, query, TEST_ID_SECRET } from '../support/facade.ts';

export type Mutation = 'blockApiTokens' | 'unblockApiTokens';

/** Everything that a payload tells, without the cost of the project's record. */
export const document = (
  mutation: Mutation,
) => `mutation ($input: ${mutation === 'blockApiTokens' ? 'Block' : 'Unblock'}ApiTokensInput!) {
  ${mutation}(input: $input) {
    planId dryRun projectCount unreadableProjectCount
    counts { total wouldChange changed alreadyDone leftOut failed outcomeUnknown notAttempted }
    projects(first: 2000) {
      project { id }
      problem { code message }
      counts { total }
      results {
        outcome changed requestedId
        apiToken { id name status }
        verification { outcome }
        problem { code message }
      }
    }
    userErrors { code message field }
  }
}`;

export interface Result {
  readonly outcome: string;
  readonly changed: boolean;
  readonly requestedId: string | null;
  readonly apiToken: { readonly id: string; readonly name: string; readonly status: string } | null;
  readonly verification: { readonly outcome: string } | null;
  readonly problem: { readonly code: string; readonly message: string } | null;
}

export interface Payload {
  readonly planId: string | null;
  readonly dryRun: boolean;
  readonly projectCount: number;
  readonly unreadableProjectCount: number;
  readonly counts: Record<string, number> | null;
  readonly projects: {
    readonly project: { readonly id: string } | null;
    readonly problem: { readonly code: string } | null;
    readonly results: Result[];
  }[];
  readonly userErrors: { readonly code: string; readonly message: string; readonly field: string | null }[];
}

export interface Caller {
  readonly url: string;
  readonly token: string;
  readonly tokens?: readonly string[];
}

/** Runs a mutation and expects no error beside what the payload tells. */
export async function bulk({ url, ...credentials }: Caller, mutation: Mutation, input: object): Promise<Payload> {
  const answer: Answer = await query(url, document(mutation), { ...credentials, variables: { input } });
  expect(answer.errors).toBeUndefined();
  return answer.data[mutation];
}

export const callerOf = ({ url, emulator }: Facade): Caller => ({
  url,
  token: emulator.seeded.organizations[0]!.token,
});

/** A dry run, and the real run of its plan. */
export async function planAndRun(caller: Caller, mutation: Mutation, input: object): Promise<[Payload, Payload]> {
  const dry = await bulk(caller, mutation, input);
  return [dry, await bulk(caller, mutation, { ...input, dryRun: false, planId: dry.planId })];
}

export const resultsOf = ({ projects }: Payload): Result[] => projects.flatMap(({ results }) => results);
export const codesOf = ({ userErrors }: Payload): string[] => userErrors.map(({ code }) => code);

const ids = createIds(new Secret(TEST_ID_SECRET));

export const graphId = (projectId: string, token: string): string =>
  ids.apiTokenId(projectId, { secret: new Secret(token), name: '', createdAt: null });

export interface Placed extends TrueToken {
  readonly projectId: string;
  readonly graphId: string;
}

/** Every token of the first organization as it truly is. */
export function truth(emulator: Emulator): Placed[] {
  return emulator
    .projects(emulator.seeded.organizations[0]!.id)
    .flatMap(({ id: projectId }) =>
      emulator.tokens(projectId).map((token) => ({ ...token, projectId, graphId: graphId(projectId, token.id) })),
    );
}

/** The status of every token, by its id. */
export const statuses = (emulator: Emulator): Map<string, string> =>
  new Map(truth(emulator).map(({ graphId: id, status }) => [id, status]));
