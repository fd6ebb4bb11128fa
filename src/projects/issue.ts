import type { Trail } from '../audited.ts';
import type { RequestContext } from '../context.ts';
import { outcomeUnknown } from '../errors.ts';
import type { TokenManagerCredential } from '../loaders/apiTokens.ts';
import { PlatformError } from '../platform/errors.ts';
import {
  createProject,
  listProjectsNamed,
  type NewProjectRecord,
  type ProjectDraft,
  type ProjectRecord,
} from '../platform/projects.ts';
import { settle } from '../settle.ts';
import type { Entry, Journal } from '../tokens/journal.ts';
import { claim } from '../tokens/ownership.ts';
import { FIRST_PAUSE_MS, nextPause } from '../tokens/pauses.ts';
import { userError } from '../tokens/userErrors.ts';
import type { ProjectUserError } from './input.ts';

export interface IssuedProject extends NewProjectRecord {
  /** Whether the answer of the platform was lost and the project found by its name. */
  readonly recovered: boolean;
}

/** One creation of a project. */
export interface ProjectIssue {
  readonly manager: TokenManagerCredential;
  readonly journal: Journal;
  readonly trail: Trail;
  readonly draft: ProjectDraft;
  /** Keyed by what the journal is told again. */
  readonly input: string;
}

const LEAST_LOOKS = 2;

/**
 * Creates a project once, or finds the one that an earlier run of the same journal created. Throws `OUTCOME_UNKNOWN` when the
 * answer was lost and no project of the name is to be seen: the journal then remembers, so that a repetition looks again.
 */
export async function issueProject(
  context: RequestContext,
  issue: ProjectIssue,
): Promise<IssuedProject | ProjectUserError> {
  const { journal, manager, draft } = issue;
  const { entry } = journal;
  if (entry?.sentAt) {
    const settledAt = entry.sentAt + context.upstreamTimeoutMs + context.verifyTimeoutMs;
    const watchMs = entry.result ? 0 : Math.max(context.verifyTimeoutMs, settledAt - Date.now());
    const found = await find(context, issue, watchMs);
    if (found) return keep(context, issue, entry, found, entry.result === null);
    if (entry.result || Date.now() < settledAt) throw projectUnknown();
  }
  const namesakes = await listProjectsNamed(context.session.as(manager), draft.name);
  if (namesakes.records.length + namesakes.unreadableCount > 0) return userError('NAME_TAKEN', 'name');
  return create(context, issue);
}

async function create(context: RequestContext, issue: ProjectIssue): Promise<IssuedProject | ProjectUserError> {
  const { manager, journal, trail, draft, input } = issue;
  await trail.beforeWriting();
  const startedAt = journal.entry?.startedAt ?? Date.now();
  const entry = { input, startedAt, sentAt: Date.now(), before: [], result: null };
  await journal.write(entry);
  const answer = await settle(() => createProject(context.session.as(manager), draft));
  if (!(answer instanceof Error)) {
    trail.note({ changed: true });
    // Names are unique, so that nobody else can have created this one.
    await settle(() => claim(context, answer.project.id, journal.owner));
    await settle(() => journal.write({ ...entry, result: answer.project.id }));
    return { ...answer, recovered: false };
  }
  if (!(answer instanceof PlatformError && answer.kind === 'OUTCOME_UNKNOWN')) {
    await settle(() => journal.drop());
    return refusalOf(answer);
  }
  const found = await find(context, issue, context.verifyTimeoutMs);
  if (found) return keep(context, issue, entry, found, true);
  throw projectUnknown(answer);
}

/** The project of the name, which nothing bore before, seen twice in a row, and no other creation's. Null: there is none. */
async function find(
  context: RequestContext,
  { manager, journal, draft }: ProjectIssue,
  watchMs: number,
): Promise<ProjectRecord | null> {
  const start = performance.now();
  let last: string | null = null;
  for (let pause = FIRST_PAUSE_MS, looks = 1; ; pause = nextPause(pause), looks += 1) {
    if (!(await context.session.pause(pause))) return null;
    const list = await settle(() => listProjectsNamed(context.session.probing(manager), draft.name));
    const [project] = list instanceof Error ? [] : list.records;
    if (project && project.id === last && (await settle(() => claim(context, project.id, journal.owner))) === true) {
      return project;
    }
    last = project?.id ?? null;
    if (looks >= LEAST_LOOKS && performance.now() - start >= watchMs) return null;
  }
}

/** A found project, with the tokens that its list shows. */
async function keep(
  context: RequestContext,
  { manager, journal, trail }: ProjectIssue,
  entry: Entry,
  project: ProjectRecord,
  recovered: boolean,
): Promise<IssuedProject> {
  trail.note({ changed: recovered });
  await settle(() => journal.write({ ...entry, result: project.id }));
  const tokens = await settle(() => context.loaders.apiTokens.reread(manager, project.id));
  if (tokens instanceof Error) throw projectUnknown(tokens);
  return { project, tokens, recovered };
}

/** Error ids that name what is wrong with a new project (platform-api.md 3.3). */
const NAME_TAKEN = new Set([2002, 2029]);
const NAME_REFUSED = new Set([2000, 2007]);

function refusalOf(error: Error): ProjectUserError {
  if (!(error instanceof PlatformError) || error.kind !== 'REJECTED') throw error;
  const id = error.origin.platformId ?? 0;
  if (NAME_TAKEN.has(id)) return userError('NAME_TAKEN', 'name');
  return userError('REJECTED', NAME_REFUSED.has(id) ? 'name' : null);
}

function projectUnknown(cause?: Error): Error {
  return outcomeUnknown(
    'The project may or may not have been created: the answer of the platform was lost, and no project that is certainly ' +
      'this one was seen. Look for its name in `Organization.projects` before you try again. With an `idempotencyKey`, the ' +
      'same request finds what it created.',
    cause ?? new Error('a creation is not accounted for'),
  );
}
