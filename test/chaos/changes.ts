import type { ProjectEntry } from '../oracle/model.ts';
import { inputTypeOf } from '../support/examples.ts';
import type { Random } from '../support/random.ts';
import { type Caller, markOf } from './callers.ts';
import type { Got } from './checks.ts';
import { ask, type Stage } from './stage.ts';

// biome-ignore lint/suspicious/noExplicitAny: payloads of every mutation; a wrong member makes a check say so.
type Payload = any;

const SELECTIONS: Readonly<Record<string, string>> = {
  createApiToken: 'apiToken { id name }',
  rotateApiToken: 'apiToken { id }',
  blockApiTokens: 'planId counts { total } projects { results { verification { outcome } } }',
  unblockApiTokens: 'planId counts { total } projects { results { verification { outcome } } }',
  createProject: 'project { id }',
  createOrganization: 'organization { id }',
  inviteProjectMember: 'changed',
  updateProject: 'isConfirmed',
  deleteProject: 'isConfirmed',
  removeProjectMember: 'isConfirmed',
  deleteOrganization: 'isConfirmed',
  setUsageLimit: 'isConfirmed',
  cancelUsageLimit: 'changed',
};
const OF_A_TOKEN = 'verification { outcome }';

/** A mutation to send, when its answer says that something was done, and whether it is so at the platform. */
export interface Change {
  readonly mutation: string;
  readonly input: object;
  readonly says: (payload: Payload) => boolean;
  readonly isDone: () => boolean;
}

/** What an actor is about, and who it is. */
export interface Acting {
  readonly project: ProjectEntry;
  readonly worker: number;
  readonly step: number;
  readonly isWhole: boolean;
}

/** A caller who changes one thing after the other, by names that nothing else has. */
export class Actor {
  readonly stage: Stage;
  readonly random: Random;
  readonly caller: Caller;
  readonly project: ProjectEntry;
  /** Of the worker and its step. */
  readonly name: string;
  /** The same as a number. */
  readonly number: number;
  /** True if no part of a script is left out. */
  readonly isWhole: boolean;
  #mutations = 0;

  constructor(stage: Stage, random: Random, caller: Caller, { project, worker, step, isWhole }: Acting) {
    this.stage = stage;
    this.random = random;
    this.caller = caller;
    this.project = project;
    this.name = `${markOf(project)}w${worker}-${step}`;
    this.number = 1_000_000 * (worker + 1) + step;
    this.isWhole = isWhole;
  }

  /** Sends a mutation, and notes what became of it. Answers with its payload; null for none. */
  async mutate({ mutation, input, says, isDone }: Change): Promise<Payload | null> {
    const { stage, random, caller, name } = this;
    this.#mutations += 1;
    const requestId = `${name}-${this.#mutations}-${mutation}`;
    const wasDone = isDone();
    const selection = `${SELECTIONS[mutation] ?? OF_A_TOKEN} userErrors { code }`;
    const query = `mutation ($input: ${inputTypeOf(mutation)}!) { ${mutation}(input: $input) { ${selection} } }`;
    const got: Got = await ask(stage, random, caller, { query, variables: { input } }, requestId);
    const payload: Payload | null = got?.data?.[mutation] ?? null;
    const saysDone = payload !== null && says(payload) && !wasDone;
    stage.sent.push({ mutation, requestId, got, saysDone, isDone: isDone() && !wasDone });
    return payload;
  }

  /** Sends changes in turn, until one is refused or its outcome is not known. */
  async inTurn(changes: readonly Change[]): Promise<void> {
    for (const change of changes) {
      const payload = await this.mutate(change);
      if (!payload || payload.userErrors.length > 0) return;
    }
  }

  /** True if a text was sent to the platform, for what cannot be read back. */
  wasWritten(text: string): boolean {
    return this.stage.writes.some(({ path, body }) => body.includes(text) || path.includes(text));
  }

  /** Counts one more time that a write about something is asked for. */
  attempt(about: string): void {
    this.stage.attempts.set(about, (this.stage.attempts.get(about) ?? 0) + 1);
  }
}
