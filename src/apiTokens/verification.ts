import { pollUntil } from '../mutations/backoff.ts';
import type { MutationContext } from '../mutations/context.ts';
import { PlatformError } from '../platform/client/errors.ts';
import type { ApiTokenList, ApiTokenRecord } from '../platform/resources/apiTokens.ts';
import { introspectToken } from '../platform/resources/tokenIntrospection.ts';
import { toResult } from '../values/result.ts';
import { clientOf } from './proof.ts';
import type { ProjectScope } from './scope.ts';

/** What was seen of a change taking effect, after it was made. */
export interface Verification {
  /**
   * `CONFIRMED`: the token's list shows the change, and the platform, tried with the token itself, accepts or refuses it as
   * asked. `PENDING`: it did not yet when we stopped watching, or not every replica was told. `NOT_CHECKED`: that could not
   * be found out.
   */
  readonly outcome: 'CONFIRMED' | 'PENDING' | 'NOT_CHECKED';
  /** When the last poll was taken, ISO 8601. Null when there was none that told anything. */
  readonly verifiedAt: string | null;
  /** Milliseconds from the first poll to the last. */
  readonly watchedMs: number;
  /** Why it is not confirmed, for people. Null when it is. */
  readonly reason: string | null;
}

/** What a change should come to: a status, which the platform acts on, or a description, which only the list shows. */
export type Wanted =
  | { readonly kind: 'status'; readonly status: 'ACTIVE' | 'BLOCKED' | 'REVOKED' }
  | { readonly kind: 'description'; readonly description: string };

/** What a token should have come to. */
export type Expectation = Wanted & { readonly token: ApiTokenRecord };

export interface Observation {
  readonly verification: Verification;
  /** Whether the platform showed all that was asked for, whatever the other replicas know of it. */
  readonly isSeen: boolean;
  /** The token as last listed; null when it is not in the list, or the list could not be read. */
  readonly after: ApiTokenRecord | null;
}

type Context = Pick<MutationContext, 'session' | 'loaders' | 'introspection' | 'verifyTimeoutMs'>;

/**
 * Finds out whether changed tokens of one project have come to what was asked for. Each look is one list of the project's
 * tokens, and one call of `validate` with each token that is not confirmed yet: the platform itself answers, never what is
 * remembered. Nothing of the tokens is remembered meanwhile, nor from before. Looks again with growing pauses until all are
 * confirmed, `VERIFY_TIMEOUT_MS` has passed, the deadline of the request is reached, or the caller went away. No look takes
 * longer than what is left of that time (`pollTimeoutMs`). Never throws for a failing platform: that is `NOT_CHECKED`, unless an
 * earlier look told something.
 * Observations come in the order of the expectations. Tokens must not be masked (`Secret.isMasked`).
 */
export async function verifyTokens(
  context: Context,
  scope: ProjectScope,
  expectations: readonly Expectation[],
): Promise<Observation[]> {
  const secrets = expectations.map(({ token }) => token.secret);
  const trackers = expectations.map((expectation) => new Tracker(expectation));
  const { told } = await context.introspection.watching(secrets, () => pollTokens(context, scope, trackers));
  return trackers.map((one) => one.conclude(told));
}

function pollTokens(
  context: Context,
  { manager, projectId }: ProjectScope,
  trackers: readonly Tracker[],
): Promise<void> {
  const { session, loaders, verifyTimeoutMs } = context;
  return pollUntil(session, verifyTimeoutMs, async (withinMs, elapsed) => {
    const open = trackers.filter(({ isConfirmed }) => !isConfirmed);
    const unread = open.filter(({ isListed }) => !isListed);
    const untried = open.filter(({ isToBeTried }) => isToBeTried);
    const [list] = await Promise.all([
      unread.length > 0 ? toResult(() => loaders.apiTokens.reread(manager, projectId, withinMs)) : null,
      ...untried.map(async (one) => one.tried(await tryToken(context, one.expectation.token, withinMs))),
    ]);
    for (const one of unread) if (list) one.listed(list);
    for (const one of open) one.watchedMs = Math.round(elapsed());
    return trackers.every(({ isConfirmed }) => isConfirmed);
  });
}

/** What is said of tokens that nobody had the time to look at. */
export function notChecked(expectation: Expectation): Observation {
  return new Tracker(expectation).conclude(true);
}

/** What the platform does with the token when it is presented: accepts it, refuses it, or does not say. */
type Trial = 'accepted' | 'refused' | Error;

async function tryToken(context: Context, { secret }: ApiTokenRecord, withinMs: number): Promise<Trial> {
  const answer = await toResult(() => introspectToken(clientOf(context, secret, withinMs)));
  if (!(answer instanceof Error)) return 'accepted';
  const isRefused = answer instanceof PlatformError && answer.kind === 'UNAUTHENTICATED';
  // What may be no token at all is refused in any case.
  return isRefused && secret.form === 'whole' ? 'refused' : answer;
}

const UNTOLD =
  'The platform acts on the change, but other replicas could not be notified. They may accept the token for 5 seconds.';

/** What has been seen of one token so far. The last poll that told anything counts. */
class Tracker {
  readonly expectation: Expectation;
  watchedMs = 0;
  #list: 'as asked' | 'otherwise' | 'unreadable' | 'masked' = 'unreadable';
  #trial: Exclude<Trial, Error> | 'unknown' = 'unknown';
  #after: ApiTokenRecord | null = null;
  #seenAt: string | null = null;

  constructor(expectation: Expectation) {
    this.expectation = expectation;
  }

  listed(list: ApiTokenList | Error): void {
    if (list instanceof Error) return;
    const { records, unreadableCount } = list;
    this.#after = records.find(({ secret }) => secret.equals(this.expectation.token.secret)) ?? null;
    // It may be one that could not be read.
    if (this.#after === null && unreadableCount > 0) this.#list = 'unreadable';
    else if (isAsWanted(this.#after, this.expectation)) this.#list = 'as asked';
    // A token that was just created is known by its value, and some lists show none: then the trial alone tells.
    else this.#list = !this.#after && records.some(({ secret }) => secret.form !== 'whole') ? 'masked' : 'otherwise';
  }

  tried(trial: Trial): void {
    if (trial instanceof Error) return;
    this.#trial = trial;
    this.#seenAt = new Date().toISOString();
  }

  /** Whether the platform, tried with the token, shows anything of the change. */
  get isToBeTried(): boolean {
    return this.expectation.kind === 'status';
  }

  get isListed(): boolean {
    return this.#list === 'as asked' || this.#list === 'masked';
  }

  get isConfirmed(): boolean {
    return this.isListed && (!this.isToBeTried || this.#trial === (this.#wantsUse ? 'accepted' : 'refused'));
  }

  /** `told` is whether every replica was told that the token changed. */
  conclude(told: boolean): Observation {
    const reason = this.#reason() ?? (told || !this.isToBeTried ? null : UNTOLD);
    const isUnknown = this.#list === 'unreadable' || (this.isToBeTried && this.#trial === 'unknown');
    const outcome = reason === null ? 'CONFIRMED' : isUnknown ? 'NOT_CHECKED' : 'PENDING';
    const verification: Verification = { outcome, verifiedAt: this.#seenAt, watchedMs: this.watchedMs, reason };
    return { verification, isSeen: this.isConfirmed, after: this.#after };
  }

  get #wantsUse(): boolean {
    return this.expectation.kind === 'status' && this.expectation.status === 'ACTIVE';
  }

  #reason(): string | null {
    if (this.isConfirmed) return null;
    if (this.isToBeTried && this.#trial === 'unknown') {
      return 'The platform could not be asked whether it accepts the token.';
    }
    if (this.#list === 'unreadable') return "The project's tokens could not be listed again.";
    if (this.#list === 'otherwise') return 'The list of tokens does not show the change yet.';
    return this.#wantsUse
      ? 'The change is recorded, but the platform still refuses the token.'
      : 'The change is recorded, but the platform still accepts the token.';
  }
}

/** Whether the list shows the token as wanted. Installations may leave revoked tokens out of it (platform-api.md 1.6). */
function isAsWanted(listed: ApiTokenRecord | null, wanted: Wanted): boolean {
  if (wanted.kind === 'status') return (listed?.status ?? 'REVOKED') === wanted.status;
  return listed !== null && (listed.description ?? '') === wanted.description;
}
