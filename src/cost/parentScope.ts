import type { Ids } from '../values/ids.ts';
import type { Items } from './costCounter.ts';
import type { CostEstimator, ProjectSet } from './estimator.ts';
import type { Part } from './reading.ts';

/** What stands at one scope of an operation, as far as the cost of what is read below depends on it. */
export interface ParentScope {
  /** Objects that can be told apart, at most. */
  readonly count: number;
  /** The projects that the objects are, or are in. */
  readonly projects: ProjectSet | null;
  /** Assistants out of a list, of which a look-up by id would tell more; null for those that were looked up. */
  readonly assistants: (Items & { readonly areLookedUp: boolean }) | null;
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
  /** Names of the fields selected below, or below `step`; of an abstract type, those of `typeName`. */
  names(step?: string, typeName?: string): ReadonlySet<string>;
  /** Parts of the objects below, or below `step`, that the selection reads; of an abstract type, those of `typeName`. */
  parts(step?: string, typeName?: string): ReadonlySet<Part>;
}

/** What a cost is worked out with. */
export interface Circumstances {
  readonly estimator: CostEstimator;
  readonly ids: Ids;
  readonly times: Times;
  /** Projects of one organization that one field looks through, at most: see `maxScannedProjects`. */
  readonly maxProjects: number;
}

/** How long the server watches and waits, which bounds how often it looks. Milliseconds. */
export interface Times {
  readonly verifyTimeoutMs: number;
  readonly upstreamTimeoutMs: number;
}

/**
 * What reading a field costs, noted in `estimator`, and what stands below it; null when nothing can: the field is then an error
 * or null without a call.
 */
export type Cost = (field: SelectedField, scope: ParentScope, circumstances: Circumstances) => ParentScope | null;

export const NOWHERE: ParentScope = { count: 1, projects: null, assistants: null };
