import type { Ids } from '../values/ids.ts';
import type { Items } from './costCounter.ts';
import type { CostEstimator, Depth, ProjectSet } from './estimator.ts';
import type { Part } from './reading.ts';

/** Objects at one scope of an operation, as far as the cost of reads below depends on them. */
export interface ParentScope {
  /** Number of distinct objects, at most. */
  readonly count: number;
  /** The projects that the objects are, or are in. */
  readonly projects: ProjectSet | null;
  /** Assistants out of a list, whose details need a look-up by id; null for those that were looked up. */
  readonly assistants: (Items & { readonly areLookedUp: boolean }) | null;
  /** Set at figures of a window: tells one window from another. */
  readonly window?: string;
  /** Set at entities: what stands there of each type. */
  readonly byType?: ReadonlyMap<string, ParentScope>;
}

/** A field as the operation selects it, with everything of the same response name merged. */
export interface SelectedField {
  /** Response names from the root, joined by dots. */
  readonly path: string;
  /** Unique to the scope and its type. */
  readonly key: string;
  /** The arguments with variables and defaults filled in; null when they cannot be: then the field is an error. */
  args(): Readonly<Record<string, unknown>> | null;
  /** Names of the fields selected below, or below `step`. */
  names(step?: string): ReadonlySet<string>;
  /** Parts of the objects below, or below `step`, that the selection reads; of an abstract type, those of `typeName`. */
  parts(step?: string, typeName?: string): ReadonlySet<Part>;
}

/** Circumstances that a cost depends on. */
export interface Circumstances {
  readonly estimator: CostEstimator;
  readonly ids: Ids;
  readonly times: Times;
  readonly scans: ScanBound;
}

/** Bound on the fields that look through the projects of organizations. */
export interface ScanBound {
  /** Projects of one organization that one field looks through at so many calls each, at most. */
  projects(callsEach: number): number;
}

/** Times of polling, which bound the number of polls. Milliseconds. */
export interface Times {
  readonly verifyTimeoutMs: number;
  readonly upstreamTimeoutMs: number;
}

/**
 * Notes the cost of a field in `estimator`, and returns what stands below it. Null if nothing can: the field is then an
 * error or null without a call.
 */
export type Cost = (field: SelectedField, scope: ParentScope, circumstances: Circumstances) => ParentScope | null;

export const NOWHERE: ParentScope = { count: 1, projects: null, assistants: null };

/** Scope of the presented tokens, introspected. */
export function identified(estimator: CostEstimator): ParentScope {
  estimator.identify();
  return NOWHERE;
}

export function inside(projects: ProjectSet): ParentScope {
  return { count: projects.size, projects, assistants: null };
}

/** Among the tokens of projects, listed for it. */
export function withTokenLists(projects: ProjectSet, field: SelectedField, estimator: CostEstimator): ParentScope {
  estimator.tokenLists(projects, field.path);
  return inside(projects);
}

/** A page of projects. Of several objects that are one organization, or that no credential opens, none costs its own list. */
export function listedProjects(
  field: SelectedField,
  count: number,
  estimator: CostEstimator,
  first: number,
): ProjectSet {
  const organizations = Math.min(count, estimator.caller.tokens);
  estimator.projectLists(organizations, field.path);
  return { ids: null, key: field.key, size: organizations * first, isListed: true };
}

/** Depth of reading assistants for these parts of them. */
export function depthOf(parts: ReadonlySet<Part>): Depth {
  return parts.has('revisions') ? 'full' : 'summary';
}
