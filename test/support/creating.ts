import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import { vi } from 'vitest';
import type { ProjectScope } from '../../src/apiTokens/scope.ts';
import type { AuditScope } from '../../src/mutations/auditScope.ts';
import type { MutationContext } from '../../src/mutations/context.ts';
import type { Recipient } from '../../src/mutations/disclosure.ts';
import type { Credential, Fingerprint } from '../../src/platform/client/credential.ts';
import { PlatformError } from '../../src/platform/client/errors.ts';
import { type ApiTokenRecord, createApiToken } from '../../src/platform/resources/apiTokens.ts';
import { Departure } from '../../src/request/departure.ts';
import { sqliteStore } from '../../src/store/sqlite.ts';
import { type Store, StoreUnavailableError } from '../../src/store/store.ts';
import { createIds } from '../../src/values/ids.ts';
import { Secret } from '../../src/values/secret.ts';
import { TEST_ID_SECRET } from './facade.ts';

export const TIMES = { upstreamTimeoutMs: 10_000, verifyTimeoutMs: 3_000, upstreamDeadlineMs: 25_000 };
export const SCOPE: ProjectScope = {
  projectId: '36cd70c0-eec7-4633-94c3-e0d59863ed33',
  manager: {
    kind: 'organization',
    secret: new Secret('organization_token'),
    fingerprint: 'fingerprint' as Fingerprint,
    organizationId: '0b7f6c1e-52c8-4c5b-9d0a-6f2f1f0e7a11',
    organizationName: null,
    projectId: null,
  },
};
/** Who gets a secret in the clear, and reads both of its fields. */
export const CLEAR: Recipient = { seal: null, selected: new Set(['secret', 'sealedSecret']) };
export const AUDIT: AuditScope = {
  note: () => undefined,
  actor: () => undefined,
  beforeWriting: async () => undefined,
};

const ids = createIds(new Secret(TEST_ID_SECRET));

/** A store whose methods fail while they are named. */
export function failingStore(): Store & { readonly failing: Set<keyof Store> } {
  const store = sqliteStore(null);
  const failing = new Set<keyof Store>();
  const proxy = new Proxy(store, {
    get: (_target, name: keyof Store) => (failing.has(name) ? fail : store[name]),
  });
  return Object.assign(Object.create(proxy), { failing });
}

async function fail(): Promise<never> {
  throw new StoreUnavailableError('down');
}

/** A token of the fake platform, and which creation made it. */
export interface Made extends ApiTokenRecord {
  readonly madeBy: string;
}

export function token(value: string, more: Partial<Made> = {}): Made {
  const rest = { name: 'Twin', description: null, status: 'ACTIVE', createdAt: null, madeBy: 'nobody' } as const;
  return { secret: new Secret(value, new Secret(value)), ...rest, ...more };
}

/** The hash of a token of that value. */
export const hashOf = (value: string) => ids.apiTokenHash(token(value));

export interface World {
  readonly store: Store;
  /** The tokens of the one project, as they truly are. */
  readonly tokens: Made[];
  /** Replaced by tests for which time must pass in another way. */
  pause(milliseconds: number): Promise<boolean>;
  /** Called for each list. */
  list(): Promise<readonly ApiTokenRecord[]>;
  /** Called for each creation that is sent. A lost answer is thrown. */
  create(by: string, name: string, description: string | null): Promise<ApiTokenRecord>;
}

/** A platform of one project, whose clock is the fake one. */
export function world(store: Store = failingStore()): World {
  const tokens: Made[] = [];
  return {
    store,
    tokens,
    pause: async (milliseconds) => {
      vi.advanceTimersByTime(milliseconds);
      return true;
    },
    list: async () => [...tokens],
    create: async (by, name, description) => {
      const made = token(`twin_${tokens.length}`, { name, description, madeBy: by });
      tokens.push(made);
      return made;
    },
  };
}

export function lost(): PlatformError {
  return new PlatformError('OUTCOME_UNKNOWN', createApiToken);
}

/** The context of one request. `leave` ends it: answered, or left by its caller before. */
export function request(model: World, by: string) {
  const answer = Object.assign(new EventEmitter(), { headersSent: false, destroyed: false, socket: null });
  const departure = new Departure(answer as unknown as ServerResponse);
  // Of the form that the tokens have, so that they are taken for whole.
  const credential = { kind: 'organization', secret: new Secret('boss_0') };
  const session = { isAbandoned: false, pause: (ms: number) => model.pause(ms), as: () => ({ credential, call }) };
  async function call(endpoint: typeof createApiToken, args: { name: string; description: string | null }) {
    const { secret, name, description } = await model.create(by, args.name, args.description);
    return endpoint.decode({ id: secret.reveal(), name, description, status: 'Active' }, [], credential as Credential);
  }
  const reread = async () => ({ records: await model.list(), unreadableCount: 0 });
  const context = {
    settings: TIMES,
    ids,
    store: model.store,
    session,
    departure,
    loaders: { apiTokens: { reread, ofProject: reread }, tokensChanged: () => undefined },
    log: { error: () => undefined, warn: () => undefined },
  };
  return {
    context: context as unknown as MutationContext,
    departure,
    /** Answers with why the answer must not leave, or null. */
    answered: async () => {
      const failure = await departure.begin();
      answer.headersSent = true;
      answer.emit('close');
      return failure;
    },
    left: async () => {
      session.isAbandoned = true;
      answer.destroyed = true;
      answer.emit('close');
      await departure.begin();
    },
  };
}

/** Stops the clock at a moment; it goes on by `vi.advanceTimersByTime`. */
export function stopClock(): void {
  vi.useFakeTimers({ toFake: ['Date', 'performance'], now: Date.parse('2026-11-24T12:00:00Z') });
}
