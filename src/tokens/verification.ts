import type { RequestContext } from '../context.ts';
import type { ApiTokenList, ApiTokenRecord } from '../platform/apiTokens.ts';
import { PlatformError } from '../platform/errors.ts';
import { validateToken } from '../platform/identity.ts';
import { settle } from '../settle.ts';
import { FIRST_PAUSE_MS, nextPause } from './pauses.ts';
import type { Place } from './place.ts';

/** What was seen of a change taking effect, after it was made. */
export interface Verification {
  /**
   * `CONFIRMED`: the token's list shows the change, and the platform, tried with the token itself, accepts or refuses it as
   * asked. `PENDING`: it did not yet when we stopped watching, or not every replica was told. `NOT_CHECKED`: that could not
   * be found out.
   */
  readonly outcome: 'CONFIRMED' | 'PENDING' | 'NOT_CHECKED';
  /** When the last look was taken, ISO 8601. Null when there was none that told anything. */
  readonly verifiedAt: string | null;
  /** Milliseconds from the first look to the last. */
  readonly watchedMs: number;
  /** Why it is not confirmed, for people. Null when it is. */
  readonly reason: string | null;
}

/** What a token should have come to. */
export interface Expectation {
  readonly token: ApiTokenRecord;
  readonly status: 'ACTIVE' | 'BLOCKED' | 'REVOKED';
}

export interface Observation {
  readonly verification: Verification;
  /** The token as last listed; null when it is not in the list, or the list could not be read. */
  readonly after: ApiTokenRecord | null;
}

type Context = Pick<RequestContext, 'session' | 'loaders' | 'identities' | 'verifyTimeoutMs'>;

/**
 * Finds out whether changed tokens of one project have come to what was asked for. Each look is one list of the project's
 * tokens, and one call of `validate` with each token that is not confirmed yet: the platform itself answers, never what is
 * remembered. Nothing of the tokens is remembered meanwhile, nor from before. Looks again with growing pauses until all are
 * confirmed, `VERIFY_TIMEOUT_MS` has passed, the deadline of the request is reached, or the caller went away. Never throws
 * for a failing platform: that is `NOT_CHECKED`.
 * Observations come in the order of the expectations. Tokens must not be masked (`Secret.isMasked`).
 */
export async function verifyTokens(
  context: Context,
  place: Place,
  expectations: readonly Expectation[],
): Promise<Observation[]> {
  const secrets = expectations.map(({ token }) => token.secret);
  const { seen: watches, told } = await context.identities.watching(secrets, () => watch(context, place, expectations));
  return watches.map((watch) => watch.conclude(told));
}

async function watch(
  context: Context,
  { manager, projectId }: Place,
  expectations: readonly Expectation[],
): Promise<Watch[]> {
  const watches = expectations.map((expectation) => new Watch(expectation));
  const { session, loaders, verifyTimeoutMs } = context;
  const start = performance.now();
  for (let pause = FIRST_PAUSE_MS; ; pause = nextPause(pause)) {
    const open = watches.filter((watch) => !watch.isConfirmed);
    const unread = open.filter((watch) => !watch.isListed);
    const [list] = await Promise.all([
      unread.length > 0 ? settle(() => loaders.apiTokens.reread(manager, projectId)) : null,
      ...open.map(async (watch) => watch.tried(await tryToken(context, watch.expectation.token))),
    ]);
    for (const watch of unread) if (list) watch.listed(list);
    const watchedMs = Math.round(performance.now() - start);
    for (const watch of open) watch.watchedMs = watchedMs;
    const timeLeft = verifyTimeoutMs - watchedMs;
    if (watches.every((watch) => watch.isConfirmed) || timeLeft <= 0) break;
    if (!(await session.pause(Math.min(pause, timeLeft)))) break;
  }
  return watches;
}

/** What the platform does with the token when it is presented: accepts it, refuses it, or does not say. */
type Trial = 'accepted' | 'refused' | Error;

async function tryToken(
  { session, identities }: Pick<RequestContext, 'session' | 'identities'>,
  { secret, form }: ApiTokenRecord,
): Promise<Trial> {
  const credential = {
    kind: 'unidentified',
    secret,
    fingerprint: identities.fingerprint({ secret, oauthProjectId: null }),
    organizationId: null,
    organizationName: null,
    projectId: null,
  } as const;
  const answer = await settle(() => validateToken(session.probing(credential)));
  if (!(answer instanceof Error)) return 'accepted';
  const isRefused = answer instanceof PlatformError && answer.kind === 'UNAUTHENTICATED';
  // What may be no token at all is refused in any case.
  return isRefused && form === 'whole' ? 'refused' : answer;
}

const UNTOLD =
  'The platform acts on the change, but other replicas could not be told: they may remember the token for 5 seconds.';

/** What has been seen of one token so far. The last look counts. */
class Watch {
  readonly expectation: Expectation;
  watchedMs = 0;
  #list: 'as asked' | 'otherwise' | 'unreadable' = 'unreadable';
  #trial: Trial = 'accepted';
  #after: ApiTokenRecord | null = null;
  #seenAt: string | null = null;

  constructor(expectation: Expectation) {
    this.expectation = expectation;
  }

  listed(list: ApiTokenList | Error): void {
    if (list instanceof Error) {
      this.#list = 'unreadable';
      return;
    }
    const { token, status } = this.expectation;
    this.#after = list.records.find(({ secret }) => secret.equals(token.secret)) ?? null;
    // It may be one that could not be read.
    if (this.#after === null && list.unreadableCount > 0) {
      this.#list = 'unreadable';
      return;
    }
    // Installations may leave revoked tokens out of the list (platform-api.md 1.6).
    const shown = this.#after?.status ?? 'REVOKED';
    this.#list = shown === status ? 'as asked' : 'otherwise';
  }

  tried(trial: Trial): void {
    this.#trial = trial;
    if (!(trial instanceof Error)) this.#seenAt = new Date().toISOString();
  }

  get isListed(): boolean {
    return this.#list === 'as asked';
  }

  get isConfirmed(): boolean {
    return this.isListed && this.#trial === (this.expectation.status === 'ACTIVE' ? 'accepted' : 'refused');
  }

  /** `told` is whether every replica was told that the token changed. */
  conclude(told: boolean): Observation {
    const reason = this.#reason() ?? (told ? null : UNTOLD);
    const isUnknown = this.#trial instanceof Error || this.#list === 'unreadable';
    const outcome = reason === null ? 'CONFIRMED' : isUnknown ? 'NOT_CHECKED' : 'PENDING';
    const { watchedMs } = this;
    return { verification: { outcome, verifiedAt: this.#seenAt, watchedMs, reason }, after: this.#after };
  }

  #reason(): string | null {
    if (this.isConfirmed) return null;
    if (this.#trial instanceof Error) return 'The platform could not be asked whether it accepts the token.';
    if (this.#list === 'unreadable') return "The project's tokens could not be listed again.";
    if (this.#list === 'otherwise') return 'The list of tokens does not show the change yet.';
    return this.expectation.status === 'ACTIVE'
      ? 'The change is recorded, but the platform still refuses the token.'
      : 'The change is recorded, but the platform still accepts the token.';
  }
}
