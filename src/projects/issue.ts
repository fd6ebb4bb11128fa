import { outcomeUnknown } from '../errors.ts';
import type { TokenManagerCredential } from '../loaders/apiTokens.ts';
import type { AuditScope } from '../mutations/auditScope.ts';
import type { MutationContext } from '../mutations/context.ts';
import { own } from '../mutations/disclosure.ts';
import { type IdempotencyEntry, type IdempotencyRecord, noted } from '../mutations/idempotencyRecord.ts';
import { type Refused, refused } from '../mutations/outcome.ts';
import { sendOnce } from '../mutations/sendOnce.ts';
import { announce, settledAt, withdraw } from '../mutations/underWay.ts';
import { userError } from '../mutations/userErrors.ts';
import { PlatformError } from '../platform/client/errors.ts';
import {
  createProject,
  listProjects,
  type NewProjectRecord,
  type ProjectDraft,
  type ProjectRecord,
} from '../platform/resources/projects.ts';
import { StoreUnavailableError } from '../store/store.ts';
import { toResult } from '../values/result.ts';
import { type FirstTokens, firstTokens, toFirstToken } from './firstTokens.ts';
import type { ProjectCreationErrorCode } from './input.ts';
import { namesakeIn, namesakesOf, recoverProject } from './recover.ts';
import { refusalOf } from './refusal.ts';
import { presentProject } from './target.ts';

/** Project that was created, now or by an earlier run. */
export interface IssuedProject {
  readonly kind: 'issued';
  readonly project: ProjectRecord;
  readonly tokens: FirstTokens;
  /** True if the answer of the platform was lost and the project was found by its name. */
  readonly recovered: boolean;
}

/** Creation of one project. */
interface ProjectIssue {
  readonly manager: TokenManagerCredential;
  readonly idempotency: IdempotencyRecord;
  readonly audit: AuditScope;
  readonly draft: ProjectDraft;
  /** Hash of the input, by which the record is recognized. */
  readonly input: string;
}

type Outcome = Promise<IssuedProject | Refused<ProjectCreationErrorCode>>;

/**
 * Creates a project once, or returns the project of an earlier run with the same record. Throws `OUTCOME_UNKNOWN` if the answer
 * was lost and no project of the name is seen. The record keeps this, so that a repetition polls again.
 */
export async function issueProject(context: MutationContext, issue: ProjectIssue): Outcome {
  const { idempotency, manager, draft } = issue;
  const { entry } = idempotency;
  if (entry?.result) return issuedBefore(context, issue, entry, entry.result);
  if (entry?.sentAt) {
    const landed = settledAt(context.settings, entry.sentAt);
    const pollForMs = Math.max(context.settings.verifyTimeoutMs, landed - Date.now());
    const found = await recoverLost(context, issue, entry, entry.sentAt, pollForMs);
    if (found) return found;
    if (Date.now() < landed) throw projectUnknown();
  }
  const { all, unreadable } = await context.session.as(manager).call(listProjects, { name: draft.name });
  if (namesakeIn(all, draft)) return refused(userError('NAME_TAKEN', 'name'));
  // One of them may have the name: then nobody could tell whose project a lost answer was about.
  if (unreadable.length > 0) throw new PlatformError('BAD_RESPONSE', listProjects);
  return create(context, issue);
}

/** Returns the project of an earlier run, by its id. */
async function issuedBefore(
  context: MutationContext,
  { manager, idempotency }: ProjectIssue,
  entry: IdempotencyEntry,
  id: string,
): Outcome {
  const project = await presentProject(context, manager, id);
  if (!project) return refused(userError('PROJECT_NOT_FOUND'));
  return {
    kind: 'issued',
    project,
    tokens: await firstTokens(context, manager, idempotency, entry, id),
    recovered: false,
  };
}

async function create(context: MutationContext, issue: ProjectIssue): Outcome {
  const { manager, idempotency, audit, draft, input } = issue;
  // The line comes before the time of sending.
  await audit.beforeWriting();
  const sentAt = Date.now();
  const entry = { input, startedAt: idempotency.entry?.startedAt ?? sentAt, sentAt, before: [], result: null };
  const sent = await sendOnce(audit, async () => {
    await noted(idempotency, () => announce(context, namesakesOf(manager, draft), idempotency.owner, sentAt));
    await idempotency.write(entry);
    return context.session.as(manager).call(createProject, draft);
  });
  if (sent.kind === 'made') return keepAnswer(context, issue, entry, sent.answer);
  if (sent.kind === 'refused') {
    await giveUp(context, issue);
    return refused(refusalOf(sent.error));
  }
  const found = await recoverLost(context, issue, entry, sentAt, context.settings.verifyTimeoutMs);
  if (found) return found;
  throw projectUnknown(sent.error);
}

/** Notes the created project, and then that nothing is under way. */
async function keepAnswer(
  context: MutationContext,
  { manager, idempotency, audit, draft }: ProjectIssue,
  entry: IdempotencyEntry,
  { project, tokens: answered }: NewProjectRecord,
): Promise<IssuedProject> {
  audit.note({ changed: true });
  const { records, unreadableCount } = answered;
  const tokens = records.map((record) => toFirstToken(context, record));
  const owned = await noted(idempotency, async () => {
    for (const subject of [project.id, ...tokens.map(({ tokenHash }) => tokenHash)])
      await own(context, subject, idempotency.owner);
  });
  await idempotency.write({
    ...entry,
    result: project.id,
    tokens: tokens.map(({ tokenHash, nameHash }) => ({ tokenHash, nameHash })),
  });
  if (!(owned instanceof Error))
    await toResult(() => withdraw(context, namesakesOf(manager, draft), idempotency.owner));
  return { kind: 'issued', project, tokens: { records: tokens, unreadableCount }, recovered: false };
}

/** Recovers the project of a creation whose answer was lost. Null if none is certainly its own. */
async function recoverLost(
  context: MutationContext,
  issue: ProjectIssue,
  entry: IdempotencyEntry,
  sentAt: number,
  pollForMs: number,
): Promise<Awaited<Outcome> | null> {
  const { manager, idempotency, audit, draft } = issue;
  const recovery = await recoverProject(context, { manager, draft, owner: idempotency.owner, sentAt, pollForMs });
  if (recovery.kind === 'unknown') return null;
  if (recovery.kind === 'taken') {
    await giveUp(context, issue);
    return refused(userError('NAME_TAKEN', 'name'));
  }
  const { project } = recovery;
  audit.note({ changed: true });
  const found = { ...entry, result: project.id };
  await idempotency.write(found);
  await toResult(() => withdraw(context, namesakesOf(manager, draft), idempotency.owner));
  const tokens = await toResult(() => firstTokens(context, manager, idempotency, found, project.id));
  // The store of a creation with a key has an error of its own.
  const isStoreDown = tokens instanceof StoreUnavailableError && !idempotency.isKept;
  if (tokens instanceof PlatformError || isStoreDown) throw tokensUnknown(tokens);
  if (tokens instanceof Error) throw tokens;
  return { kind: 'issued', project, tokens, recovered: true };
}

/** Forgets a creation that made nothing, so that its key can be used again. */
async function giveUp(context: MutationContext, { manager, idempotency, draft }: ProjectIssue): Promise<void> {
  await toResult(() => withdraw(context, namesakesOf(manager, draft), idempotency.owner));
  await toResult(() => idempotency.drop());
}

function projectUnknown(cause?: Error): Error {
  return outcomeUnknown(
    'The project may or may not have been created: the answer of the platform was lost, and no project that is certainly ' +
      'this one was seen. Search its name in `Organization.projects` before retrying. With an `idempotencyKey`, the ' +
      'same request finds what it created.',
    cause ?? new Error('a creation is not accounted for'),
  );
}

function tokensUnknown(cause: Error): Error {
  return outcomeUnknown(
    'The project was created, but its tokens could not be listed or told apart, so their secrets are unknown. With an ' +
      '`idempotencyKey`, the same request continues from there. Without one, create a token of the project.',
    cause,
  );
}
