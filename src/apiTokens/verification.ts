import type { RouterInvalidation } from '../cache/routerCaches.ts';
import { pollUntil } from '../mutations/backoff.ts';
import type { MutationContext } from '../mutations/context.ts';
import { endedWithTokens } from '../platform/client/cacheTags.ts';
import { PlatformError } from '../platform/client/errors.ts';
import type { ApiTokenList, ApiTokenRecord } from '../platform/resources/apiTokens.ts';
import { introspectToken } from '../platform/resources/tokenIntrospection.ts';
import { toResult } from '../values/result.ts';
import { clientOf } from './proof.ts';
import type { ProjectScope } from './scope.ts';

/** Observation of a change taking effect. */
export interface Verification {
  /**
   * `CONFIRMED`: the list shows the change, and the platform accepts or refuses the token as wanted. `PENDING`: not yet when
   * polling ended, or a replica was not notified. `NOT_CHECKED`: no poll could tell.
   */
  readonly outcome: 'CONFIRMED' | 'PENDING' | 'NOT_CHECKED';
  /** Time of the last poll that told anything, ISO 8601. Null if there was none. */
  readonly verifiedAt: string | null;
  /** Milliseconds from the first poll to the last. */
  readonly watchedMs: number;
  /** Reason why it is not confirmed, for people. Null if it is. */
  readonly reason: string | null;
  /** Routers that were told of the change. Empty if there are none, or it was not seen. */
  readonly routers: readonly RouterInvalidation[];
}

/** Wanted result of a change: a status, which the platform acts on, or a description, which only the list shows. */
export type Wanted =
  | { readonly kind: 'status'; readonly status: 'ACTIVE' | 'BLOCKED' | 'REVOKED' }
  | { readonly kind: 'description'; readonly description: string };

/** Token with its wanted state. */
export type Expectation = Wanted & { readonly token: ApiTokenRecord };

export interface Observation {
  readonly verification: Verification;
  /** True if the platform showed the wanted state, whether or not other replicas were notified. */
  readonly isSeen: boolean;
  /** Token as last listed. Null if it is not listed, or the list could not be read. */
  readonly after: ApiTokenRecord | null;
}

type Context = Pick<MutationContext, 'session' | 'loaders' | 'introspection' | 'settings' | 'routerCaches'>;

/**
 * Verifies changed tokens of one project, in the order of the expectations. A poll is one list, and one `validate` with each
 * token that is not confirmed; nothing remembered is used. Polls until all are confirmed, for `forMs` milliseconds at most, and
 * no longer than the request. Each poll has a timeout (`pollTimeoutMs`). A failing platform throws nothing: the outcome is
 * `NOT_CHECKED`, unless an earlier poll told something. Takes no masked tokens (`Secret.isMasked`).
 */
export async function verifyTokens(
  context: Context,
  scope: ProjectScope,
  expectations: readonly Expectation[],
  forMs = context.settings.verifyTimeoutMs,
): Promise<Observation[]> {
  const secrets = expectations.map(({ token }) => token.secret);
  const trackers = expectations.map((expectation) => new Tracker(expectation));
  const { told } = await context.introspection.watching(secrets, () => pollTokens(context, scope, trackers, forMs));
  return tellRouters(
    context,
    scope,
    trackers.map((one) => one.conclude(told)),
  );
}

/** Tells routers of changes that the platform showed. */
async function tellRouters(
  { routerCaches }: Context,
  { manager }: ProjectScope,
  observations: Observation[],
): Promise<Observation[]> {
  if (!routerCaches || !observations.some(({ isSeen }) => isSeen)) return observations;
  const routers = await routerCaches.invalidate(endedWithTokens(manager));
  return observations.map((one) => (one.isSeen ? { ...one, verification: { ...one.verification, routers } } : one));
}

function pollTokens(
  context: Context,
  { manager, projectId }: ProjectScope,
  trackers: readonly Tracker[],
  forMs: number,
): Promise<void> {
  const { session, loaders } = context;
  return pollUntil(session, forMs, async (withinMs, elapsed) => {
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

/** Observation of a token that was not polled. */
export function notChecked(expectation: Expectation): Observation {
  return new Tracker(expectation).conclude(true);
}

/** Result of presenting the token: accepted, refused, or unknown. */
type Trial = 'accepted' | 'refused' | Error;

async function tryToken(context: Context, { secret }: ApiTokenRecord, withinMs: number): Promise<Trial> {
  const answer = await toResult(async () => introspectToken(clientOf(context, secret, withinMs)));
  if (!(answer instanceof Error)) return 'accepted';
  const isRefused = answer instanceof PlatformError && answer.kind === 'UNAUTHENTICATED';
  // A value of doubtful form is refused in any case.
  return isRefused && secret.form === 'whole' ? 'refused' : answer;
}

const UNTOLD =
  'The platform acts on the change, but other replicas could not be notified. They may accept the token for 5 seconds.';

/** Observations of one token so far. The last poll that told anything counts. */
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
    // The token may be among the unreadable ones.
    if (this.#after === null && unreadableCount > 0) this.#list = 'unreadable';
    else if (isAsWanted(this.#after, this.expectation)) this.#list = 'as asked';
    // A new token is known by its value, and some lists mask values: then only the trial tells.
    else this.#list = !this.#after && records.some(({ secret }) => secret.form !== 'whole') ? 'masked' : 'otherwise';
  }

  tried(trial: Trial): void {
    if (trial instanceof Error) return;
    this.#trial = trial;
    this.#seenAt = new Date().toISOString();
  }

  /** True if presenting the token tells anything about the change. */
  get isToBeTried(): boolean {
    return this.expectation.kind === 'status';
  }

  get isListed(): boolean {
    return this.#list === 'as asked' || this.#list === 'masked';
  }

  get isConfirmed(): boolean {
    return this.isListed && (!this.isToBeTried || this.#trial === (this.#wantsUse ? 'accepted' : 'refused'));
  }

  /** `told` is true if every replica was notified of the change. */
  conclude(told: boolean): Observation {
    const reason = this.#reason() ?? (told || !this.isToBeTried ? null : UNTOLD);
    const isUnknown = this.#list === 'unreadable' || (this.isToBeTried && this.#trial === 'unknown');
    const outcome = reason === null ? 'CONFIRMED' : isUnknown ? 'NOT_CHECKED' : 'PENDING';
    const verification: Verification = {
      outcome,
      verifiedAt: this.#seenAt,
      watchedMs: this.watchedMs,
      reason,
      routers: [],
    };
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

/** True if the list shows the wanted state. Installations may leave out revoked tokens (platform-api.md 1.6). */
function isAsWanted(listed: ApiTokenRecord | null, wanted: Wanted): boolean {
  if (wanted.kind === 'status') return (listed?.status ?? 'REVOKED') === wanted.status;
  return listed !== null && (listed.description ?? '') === wanted.description;
}
