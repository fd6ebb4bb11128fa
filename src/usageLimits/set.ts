import type { UsageLimitUserErrorCode } from '../generated/resolvers.ts';
import { maxPolls } from '../mutations/backoff.ts';
import { mutation, type Work } from '../mutations/mutation.ts';
import { done, type Outcome, type Refused, refused } from '../mutations/outcome.ts';
import { type Made, sendOnce } from '../mutations/sendOnce.ts';
import { userError } from '../mutations/userErrors.ts';
import { PlatformError } from '../platform/client/errors.ts';
import type { UsageLimitDraft, UsageLimitRecord } from '../platform/resources/usageLimits.ts';
import { toResult } from '../values/result.ts';
import { observe } from './observe.ts';
import { refusalOf } from './refusal.ts';
import { amountErrors, isSet, type Setting, settingsToSend } from './settings.ts';
import { type LimitedInput, type LimitTarget, limitInForce, limitTarget, stateOf } from './target.ts';

/** Payload of `setUsageLimit`. */
interface SetLimit {
  readonly usageLimit: UsageLimitRecord | null;
  readonly changed: boolean;
  readonly applied: readonly Setting[];
  readonly remaining: readonly Setting[];
  readonly isConfirmed: boolean;
}

type SetOutcome = Outcome<SetLimit, UsageLimitUserErrorCode>;

const ALL: readonly Setting[] = ['HARD_LIMIT', 'SOFT_LIMIT', 'RENEWAL'];

export const setUsageLimit = mutation({
  name: 'setUsageLimit',
  takes: 'ORGANIZATION',
  permission: 'geai:limits:write',
  target: limitTarget,
  checks: (input: LimitedInput & UsageLimitDraft) => amountErrors(input, 'hardLimit'),
  // Three changes with lost answers, each polled for, and the polls at the end.
  calls: ({ verifyTimeoutMs }) => 3 + 4 * maxPolls(verifyTimeoutMs),
  nothing: { usageLimit: null, changed: false, applied: [], remaining: [], isConfirmed: false } as SetLimit,
  run: async (work, wanted): Promise<SetOutcome> => {
    const { limit } = work.target;
    work.audit.note({ details: { wanted: { ...draftOf(wanted) } } });
    // A limit of unknown status may have ended: the platform refuses the definition if it has not.
    if (!limit || limit.status === 'UNRECOGNIZED') return define(work, draftOf(wanted));
    const isOfKind = limit.period === wanted.period && limit.unit === wanted.unit;
    return isOfKind ? adjust(work, limit, draftOf(wanted)) : refused(userError('LIMIT_IN_FORCE'));
  },
});

function draftOf({ period, unit, softLimit, hardLimit, isRenewable }: UsageLimitDraft): UsageLimitDraft {
  return { period, unit, softLimit, hardLimit, isRenewable };
}

/** Defines a limit where none is in force. */
async function define(work: Work<LimitTarget>, wanted: UsageLimitDraft): Promise<SetOutcome> {
  const { context, audit, target } = work;
  const { manager, calls, ids } = target;
  const isThere = (limit: UsageLimitRecord | null) =>
    limit?.period === wanted.period && limit.unit === wanted.unit && settingsToSend(limit, wanted).length === 0;
  const sent = await sendOnce(audit, () => context.session.as(manager).call(calls.define, { ...ids, ...wanted }));
  if (sent.kind === 'refused') return refusedDefinition(work, sent.error);
  const { last, isConfirmed } = await observe(work, sent, isThere);
  return done({ usageLimit: last, changed: true, applied: ALL, remaining: [], isConfirmed });
}

/** Changes the settings of a limit in force, one after the other. Stops at the first refusal. */
async function adjust(work: Work<LimitTarget>, limit: UsageLimitRecord, wanted: UsageLimitDraft): Promise<SetOutcome> {
  const { audit, target } = work;
  if (limit.id === null) throw new PlatformError('BAD_RESPONSE', target.calls.list);
  const limitId = limit.id;
  const settings = settingsToSend(limit, wanted);
  const hasSet = (names: readonly Setting[]) => (seen: UsageLimitRecord | null) =>
    seen?.id === limitId && names.every((setting) => isSet(setting, seen, wanted));
  for (const [index, setting] of settings.entries()) {
    const applied = settings.slice(0, index);
    audit.note({ details: { applied, remaining: settings.slice(index) } });
    const sent = await sendOnce(audit, () => change(work, setting, { ...wanted, limitId }));
    if (sent.kind === 'refused') return stopped(work, settings, index, sent.error, hasSet(applied));
    if (sent.kind === 'lost') await observe(work, sent, hasSet([setting]), knownOf(applied));
  }
  const changed = settings.length > 0;
  if (!changed) audit.note({ after: stateOf(limit) });
  else audit.note({ details: { applied: settings, remaining: [] } });
  const unchanged = { last: limit, isConfirmed: true };
  const { last, isConfirmed } = changed ? await observe(work, SETTLED, hasSet(ALL)) : unchanged;
  return done({ usageLimit: last, changed, applied: settings, remaining: [], isConfirmed });
}

/** Changes so far: made, or seen after a lost answer. */
const SETTLED: Made<null> = { kind: 'made', answer: null };

function change(
  { context, target: { manager, calls, ids } }: Work<LimitTarget>,
  setting: Setting,
  wanted: UsageLimitDraft & { readonly limitId: string },
): Promise<void> {
  const { setHardLimit, setSoftLimit, setRenewal } = calls;
  const endpoint = { HARD_LIMIT: setHardLimit, SOFT_LIMIT: setSoftLimit, RENEWAL: setRenewal }[setting];
  return context.session.as(manager).call(endpoint, { ...ids, ...wanted });
}

/** Returns the settings before and after a refusal. A refusal of the first setting changes nothing. */
async function stopped(
  work: Work<LimitTarget>,
  settings: readonly Setting[],
  index: number,
  error: PlatformError,
  isAsApplied: (limit: UsageLimitRecord | null) => boolean,
): Promise<SetOutcome> {
  if (index === 0) return refusalOf(work, error);
  const [applied, remaining] = [settings.slice(0, index), settings.slice(index)];
  work.context.log.warn({ err: error, applied, remaining }, 'a usage limit is set in part');
  const { last, isConfirmed } = await observe(work, SETTLED, isAsApplied);
  const payload = { usageLimit: last, changed: true, applied, remaining, isConfirmed };
  const message = `${knownOf(applied)}Not set: ${remaining.join(', ')}. Run the mutation again to set the rest.`;
  return done<SetLimit, UsageLimitUserErrorCode>(payload, [{ code: 'INCOMPLETE', message, field: null }]);
}

function knownOf(applied: readonly Setting[]): string {
  return applied.length === 0 ? '' : `Set so far: ${applied.join(', ')}. `;
}

/** Returns the user error of a refused definition: the project is gone, or somebody else has defined a limit meanwhile. */
async function refusedDefinition(
  { context, target }: Work<LimitTarget>,
  error: PlatformError,
): Promise<Refused<UsageLimitUserErrorCode>> {
  const isOfProject = target.ids.projectId !== '';
  if (error.kind === 'NOT_FOUND' && isOfProject) return refused(userError('PROJECT_NOT_FOUND', 'projectId'));
  if (error.kind !== 'REJECTED') throw error;
  const another = await toResult(() => limitInForce(context, target));
  const isAnother = another !== null && !(another instanceof Error);
  return refused(userError(isAnother ? 'LIMIT_IN_FORCE' : 'REJECTED'));
}
