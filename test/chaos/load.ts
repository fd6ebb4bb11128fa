import type { Emulator } from '../../emulator/emulator.ts';
import { apiTokenId } from '../oracle/identity.ts';
import type { ProjectEntry } from '../oracle/model.ts';
import type { Operation } from '../oracle/operations.ts';
import { inputTypeOf } from '../support/examples.ts';
import type { Random } from '../support/random.ts';
import { type Caller, markOf } from './callers.ts';
import { failuresIn, type Got, type Known, leaksIn } from './checks.ts';
import type { Cluster } from './cluster.ts';
import type { Write } from './writeProxy.ts';

/** A mutation that was answered or lost; its lines of the audit log are counted in the end. */
export type Sent = Omit<Known, 'intents' | 'events'>;

/** What all workers share. */
export interface Stage {
  readonly emulator: Emulator;
  readonly cluster: Cluster;
  readonly callers: readonly Caller[];
  readonly reads: readonly Operation[];
  readonly writes: readonly Write[];
  /** What went wrong, as it is seen. */
  readonly problems: string[];
  readonly sent: Sent[];
  /** How often a creation of a name was asked for, where more than once. */
  readonly attempts: Map<string, number>;
  asked: number;
}

/** Far above the deadline of requests, for a busy machine. */
const HANG_MS = 15_000;

const SELECTIONS: Readonly<Record<string, string>> = {
  createApiToken: 'apiToken { id name }',
  rotateApiToken: 'apiToken { id }',
  updateProject: 'changed isConfirmed',
  inviteProjectMember: 'changed',
};
const CHANGE = 'changed verification { outcome }';

/** Asks a replica that listens, if there is one of the caller's mode. Null: nothing was asked, or the answer was lost. */
export async function ask(
  stage: Stage,
  random: Random,
  caller: Caller,
  body: { readonly query: string; readonly variables?: object },
  requestId?: string,
): Promise<Got> {
  const up = stage.cluster.replicas.filter(({ mode, url }) => mode === caller.mode && url !== null);
  if (up.length === 0) return null;
  const headers = {
    'content-type': 'application/json',
    ...caller.headers,
    ...(requestId && { 'x-request-id': requestId }),
  };
  const text = JSON.stringify(body);
  stage.asked += 1;
  try {
    const signal = AbortSignal.timeout(HANG_MS);
    const response = await fetch(`${random.pick(up).url}/graphql`, { method: 'POST', headers, body: text, signal });
    const answer = await response.text();
    const got: Got = { status: response.status, text: answer, ...JSON.parse(answer) };
    const said = `${body.query} ${JSON.stringify(body.variables ?? {})}`;
    const problems = [...leaksIn(got, caller.hidden, said), ...failuresIn(got)];
    stage.problems.push(...problems.map((problem) => `${caller.name}: ${problem}; asked ${text.slice(0, 1_000)}`));
    return got;
  } catch (error) {
    if (error instanceof DOMException)
      stage.problems.push(`${caller.name}: no answer in time to ${text.slice(0, 500)}`);
    if (error instanceof SyntaxError) stage.problems.push(`${caller.name}: no JSON for ${text.slice(0, 500)}`);
    return null;
  }
}

/** One of the many who ask, reading and changing in turn. */
export class Worker {
  readonly #stage: Stage;
  readonly #random: Random;
  readonly #name: string;
  #mutations = 0;

  constructor(stage: Stage, random: Random, name: string) {
    this.#stage = stage;
    this.#random = random;
    this.#name = name;
  }

  async step(): Promise<void> {
    const caller = this.#random.pick(this.#stage.callers);
    if (caller.manages.length === 0 || this.#random.chance(0.6)) return this.#read(caller);
    const project = this.#random.pick(caller.manages);
    await this.#random.oneOf(
      [3, () => this.#create(caller, project)],
      [4, () => this.#changeOne(caller, project)],
      [1, () => this.#describe(caller, project)],
      [1, () => this.#invite(caller, project)],
    );
  }

  async #read(caller: Caller): Promise<void> {
    const { document, variables } = this.#random.pick(this.#stage.reads);
    await ask(this.#stage, this.#random, caller, { query: document, variables });
  }

  /** With a key, a creation that was not seen to succeed is asked for again, wherever. */
  async #create(caller: Caller, project: ProjectEntry): Promise<void> {
    const name = this.#unused(project);
    const key = this.#random.chance(0.5) ? name : null;
    const { losses } = this.#stage.cluster;
    const made = () => this.#stage.emulator.tokens(project.id).filter((token) => token.name === name).length;
    const input = { projectId: project.id, name, ...(key && { idempotencyKey: key }) };
    for (let attempt = 1; attempt <= (key ? 3 : 1); attempt += 1) {
      this.#stage.attempts.set(name, attempt);
      const got = await this.#mutate(
        caller,
        'createApiToken',
        input,
        (payload) => payload.apiToken !== null,
        () => made() > 0,
      );
      if (got?.data?.createApiToken) break;
    }
    // A Redis that was lost has forgotten the key.
    if (made() > 1 && losses === this.#stage.cluster.losses) {
      this.#stage.problems.push(`${name} was created ${made()} times, with key ${key}`);
    }
  }

  /** A token of its own, changed in turn until an outcome is not known. */
  async #changeOne(caller: Caller, project: ProjectEntry): Promise<void> {
    const name = this.#unused(project);
    const value = this.#stage.emulator.createToken(project.id, name);
    const id = apiTokenId(project.id, value);
    const token = () => this.#stage.emulator.tokens(project.id).find((one) => one.id === value)!;
    const turns: readonly (readonly [name: string, input: object, isDone: () => boolean])[] = [
      ['blockApiToken', { id }, () => token().status === 'Blocked'],
      ['unblockApiToken', { id }, () => token().status === 'Active'],
      ['updateApiToken', { id, description: `${name} told` }, () => token().description === `${name} told`],
      ['rotateApiToken', { id, oldToken: 'KEEP' }, () => this.#successorsOf(project, name).length > 0],
      ['revokeApiToken', { id }, () => token().status === 'Revoked'],
    ];
    const until = this.#random.between(1, turns.length);
    for (const [mutation, input, isDone] of turns.slice(0, until)) {
      const says = mutation === 'rotateApiToken' ? hasToken : isConfirmed;
      const got = await this.#mutate(caller, mutation, input, says, isDone);
      if (!got?.data?.[mutation] || got.data[mutation].userErrors.length > 0) break;
    }
    if (this.#successorsOf(project, name).length > 1) this.#stage.problems.push(`${name} has several successors`);
  }

  #successorsOf({ id }: ProjectEntry, name: string) {
    return this.#stage.emulator.tokens(id).filter((token) => token.name !== name && token.name.startsWith(`${name} `));
  }

  async #describe(caller: Caller, { id }: ProjectEntry): Promise<void> {
    const description = `${this.#name} tells ${this.#mutations}`;
    const isWritten = () => this.#stage.writes.some(({ body }) => body.includes(`"${description}"`));
    await this.#mutate(caller, 'updateProject', { id, description }, (payload) => payload.isConfirmed, isWritten);
  }

  async #invite(caller: Caller, project: ProjectEntry): Promise<void> {
    const email = `chaos-${this.#name}-${this.#mutations}@acme.example`;
    const input = { projectId: project.id, email, roles: ['Project member'] };
    // A platform that says so without doing so is not seen through: nothing can be read back.
    const isWritten = () => this.#stage.writes.some(({ body }) => body.includes(email));
    await this.#mutate(caller, 'inviteProjectMember', input, ({ changed }) => changed, isWritten);
  }

  #unused(project: ProjectEntry): string {
    return `${markOf(project)}${this.#name}-${this.#mutations}`;
  }

  async #mutate(
    caller: Caller,
    mutation: string,
    input: object,
    says: (payload: Payload) => boolean,
    isDone: () => boolean,
  ): Promise<Got> {
    this.#mutations += 1;
    const requestId = `chaos-${this.#name}-${this.#mutations}-${mutation}`;
    const wasDone = isDone();
    const selection = `${SELECTIONS[mutation] ?? CHANGE} userErrors { code }`;
    const query = `mutation ($input: ${inputTypeOf(mutation)}!) { ${mutation}(input: $input) { ${selection} } }`;
    const got = await ask(this.#stage, this.#random, caller, { query, variables: { input } }, requestId);
    const payload: Payload | null = got?.data?.[mutation] ?? null;
    const saysDone = payload !== null && says(payload);
    this.#stage.sent.push({ requestId, got, saysDone: saysDone && !wasDone, isDone: isDone() && !wasDone });
    return got;
  }
}

// biome-ignore lint/suspicious/noExplicitAny: payloads of every mutation; a wrong member makes a check say so.
type Payload = any;

const isConfirmed = ({ verification }: Payload): boolean => verification?.outcome === 'CONFIRMED';
const hasToken = ({ apiToken }: Payload): boolean => apiToken !== null;
