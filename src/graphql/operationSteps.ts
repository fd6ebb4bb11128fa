import type { DocumentNode, GraphQLFormattedError, OperationTypeNode } from 'graphql';
import { RETRY_AFTER_S } from '../errors.ts';
import type { Metrics } from '../observability/metrics.ts';
import type { RequestContext } from '../request/context.ts';
import { historyOf } from '../request/gate/documentHistory.ts';
import { type Budget, beforePlanning, type DueOperation, planWithin } from './costBudget.ts';
import { REFERENCES } from './enforcement.ts';
import { answerType } from './mediaTypes.ts';
import { factsOf } from './operationFacts.ts';
import type { TrustedDocuments } from './trusted/trustedDocuments.ts';

/** Answer of an operation, about to leave. */
export interface LeavingAnswer {
  readonly operation: OperationTypeNode | 'unknown';
  /** Name of the operation. Null if it has none, or could not be read. */
  readonly name: string | null;
  /** SHA-256 of the document. Null if there is none. */
  readonly documentHash: string | null;
  /** True if compiled code answered. */
  readonly isFast: boolean;
  readonly errors: readonly GraphQLFormattedError[];
  /** Codes of its errors. Null if it has none. */
  readonly errorCodes: readonly string[] | null;
  /** The `Accept` header of the request. */
  readonly accept: string | undefined;
  readonly headers: Map<string, string>;
}

type UnwrittenAnswer = Pick<LeavingAnswer, 'operation' | 'errors'>;

/** Something that every operation passes, whichever way it is answered. */
export interface OperationStep {
  /** Throws a `GraphQLError` if an operation has no chance to begin. The fast path alone asks, since planning is most of its work. */
  readonly foresee?: (document: DocumentNode, context: RequestContext) => void;
  /** Waits for what `admit` takes. The fast path does not, and leaves what it cannot admit to Apollo Server. */
  readonly prepare?: (operation: DueOperation, context: RequestContext) => Promise<unknown> | null;
  /** Throws a `GraphQLError` if the operation must not run. Called before anything runs. */
  readonly admit?: (operation: DueOperation, context: RequestContext) => void;
  /** Waits for the turn of an operation that was admitted: null if it may begin at once. Throws a `GraphQLError` to refuse it. */
  readonly begin?: (context: RequestContext) => Promise<void> | null;
  /** Extensions of an answer, before it is written. Null if there are none. */
  readonly extend?: (answer: UnwrittenAnswer, context: RequestContext) => object | null;
  /** Counts the answer, or adds headers to it. */
  readonly leave?: (answer: LeavingAnswer, context: RequestContext) => void;
}

export interface StepOptions {
  /** Null: every document may run. */
  readonly trusted: TrustedDocuments | null;
  readonly budget: Budget;
  readonly metrics: Metrics;
  /** True to let routers keep what the facade keeps. */
  readonly cacheControl: boolean;
  /** True to tell routers by which tags they may end an answer. */
  readonly cacheTags: boolean;
}

/** All steps, in order. Apollo Server passes them by `stepsPlugin`, the fast path by itself: a new step is added here alone. */
export function operationSteps({ trusted, budget, metrics, ...caches }: StepOptions): readonly OperationStep[] {
  return [
    ...(trusted?.isOnly ? [{ admit: ({ document }: DueOperation) => trusted.admit(document) }] : []),
    {
      prepare: (operation, context) => beforePlanning(budget, operation, context),
      foresee: (document, context) => context.admission.foresee(historyOf(document)),
      admit: (operation, context) =>
        context.admission.weigh(planWithin(budget, operation, context), historyOf(operation.document)),
      begin: (context) => context.admission.enter(),
      leave: ({ errorCodes }, context) => {
        if (!errorCodes) context.admission.answered();
      },
    },
    { leave: setContentType },
    ...(caches.cacheTags ? [{ extend: tagsOf }] : []),
    ...(caches.cacheControl ? [{ leave: setCacheControl }] : []),
    { leave: setRetryAfter },
    { leave: (answer, context) => context.note(factsOf(answer, context)) },
    { leave: ({ operation, errorCodes }) => metrics.countOperation(operation, errorCodes) },
  ];
}

/** Waits for what `admit` takes. Null if nothing makes it wait. */
export function prepare(
  steps: readonly OperationStep[],
  due: DueOperation,
  context: RequestContext,
): Promise<unknown> | null {
  return waitsOf(steps, (step) => step.prepare?.(due, context));
}

export function foresee(steps: readonly OperationStep[], document: DocumentNode, context: RequestContext): void {
  for (const step of steps) step.foresee?.(document, context);
}

export function admit(steps: readonly OperationStep[], operation: DueOperation, context: RequestContext): void {
  for (const step of steps) step.admit?.(operation, context);
}

/** Waits for the turn of an operation. Null if nothing makes it wait. */
export function begin(steps: readonly OperationStep[], context: RequestContext): Promise<unknown> | null {
  return waitsOf(steps, (step) => step.begin?.(context));
}

function waitsOf(
  steps: readonly OperationStep[],
  waitOf: (step: OperationStep) => Promise<unknown> | null | undefined,
): Promise<unknown> | null {
  let waits: Promise<unknown>[] | null = null;
  for (const step of steps) {
    const wait = waitOf(step);
    if (wait) waits = [...(waits ?? []), wait];
  }
  return waits && Promise.all(waits);
}

/** Extensions of an answer. Undefined if there are none. */
export function extensionsOf(
  steps: readonly OperationStep[],
  answer: UnwrittenAnswer,
  context: RequestContext,
): Record<string, unknown> | undefined {
  let extensions: Record<string, unknown> | undefined;
  for (const step of steps) {
    const added = step.extend?.(answer, context);
    if (added) extensions = { ...extensions, ...added };
  }
  return extensions;
}

export function leave(steps: readonly OperationStep[], answer: LeavingAnswer, context: RequestContext): void {
  for (const step of steps) step.leave?.(answer, context);
}

/** Tags of what a router may keep. */
function tagsOf(answer: UnwrittenAnswer, context: RequestContext): object | null {
  return context.tags && secondsOf(answer, context) !== null ? context.tags.extensions : null;
}

/** An answer with anything that is not kept stays `no-store`. */
function setCacheControl(answer: LeavingAnswer, context: RequestContext): void {
  const seconds = secondsOf(answer, context);
  if (seconds !== null) answer.headers.set('cache-control', `private, max-age=${seconds}`);
}

/** Seconds for which routers may keep an answer, or the entities in it that have no error. Null: not at all. */
function secondsOf({ operation, errors }: UnwrittenAnswer, context: RequestContext): number | null {
  if (operation !== 'query') return null;
  // Routers that keep by tags keep entities one by one, and leave those with errors out.
  const isKept = errors.length === 0 || (context.tags !== null && errors.every(isOfEntity));
  return isKept ? context.keptSeconds : null;
}

function isOfEntity({ path: [list, place] = [] }: GraphQLFormattedError): boolean {
  return list === REFERENCES && typeof place === 'number';
}

function setContentType({ accept, headers }: LeavingAnswer): void {
  const type = answerType(accept);
  if (type !== null) headers.set('content-type', type);
}

function setRetryAfter({ errorCodes, headers }: LeavingAnswer): void {
  if (errorCodes?.includes('OVERLOADED')) headers.set('retry-after', String(RETRY_AFTER_S));
}
