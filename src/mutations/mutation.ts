import type { GraphQLResolveInfo } from 'graphql';
import type { Permission } from '../access/permissions.ts';
import { inputOf } from '../cost/arguments.ts';
import type { Circumstances, ParentScope, SelectedField, Times } from '../cost/parentScope.ts';
import type { Reading, TakenToken } from '../cost/reading.ts';
import type { ApiTokenUserErrorCode } from '../generated/resolvers.ts';
import type { Credential } from '../platform/client/credential.ts';
import { type AnyFunction, declared, type Field } from '../request/resolverTypes.ts';
import { selectedFields } from '../request/selection.ts';
import { audited, auditRefusal } from './audited.ts';
import type { AuditedMutation, AuditFacts, AuditScope } from './auditScope.ts';
import type { MutationContext } from './context.ts';
import { readEncryptionKey, type Seal } from './encryption.ts';
import { type Outcome, type Refused, refused } from './outcome.ts';
import { reasonErrors, type UserError, type UserErrorCode } from './userErrors.ts';

/** Hears of a caller who lacks the permission, before the caller is told. */
type Refuse = (args: { readonly input: MutationInput }, context: MutationContext, refusal: Error) => Promise<void>;

declare module 'graphql' {
  interface GraphQLFieldExtensions<_TSource, _TContext, _TArgs> {
    /** Set for each mutation. */
    readonly refuse?: Refuse;
  }
}

/** Field that changes something, and reads everything after it began. */
interface MutationField<Resolve extends AnyFunction = AnyFunction> extends Field<Resolve> {
  readonly extensions: Field['extensions'] & { readonly refuse: Refuse };
  readonly isMutation: true;
}

/** Mutations, each made by `mutation`. A plain resolver does not compile. */
export type Mutations<Resolvers> = {
  readonly [Name in keyof Resolvers]-?: MutationField<Extract<Resolvers[Name], AnyFunction>>;
};

/** Input of every mutation. */
export interface MutationInput {
  /** Public key that a secret is encrypted for. */
  readonly encryptTo?: string | null | undefined;
  /** Reason for the audit log. */
  readonly reason?: string | null | undefined;
}

/** Kind of target: how it is found, and what finding it costs. */
export interface TargetKind<Input, Target, Code extends UserErrorCode> {
  /** Public id of the target, for the audit log. */
  readonly idOf: (input: Input) => string | null;
  /** Mistakes in naming the target, from the text alone. */
  readonly checks?: (input: Input, context: MutationContext) => readonly UserError<Code>[];
  /** Finds the target and the credential that changes it. Refuses an absent target. */
  readonly find: (context: MutationContext, input: Input) => Promise<Found<Target> | Refused<Code>>;
  /** Size of a target of many objects, from the input. Absent for one object. */
  readonly extent?: (field: SelectedField, circumstances: Circumstances) => Extent;
  /** Counts the calls of finding the target, and `calls` more. Null if the input names none. */
  readonly cost: (field: SelectedField, circumstances: Circumstances, calls: number) => ParentScope | null;
}

interface Found<Target> {
  readonly kind: 'found';
  /** Null if no credential opens any of many objects. */
  readonly manager: Credential | null;
  readonly target: Target;
  /** Facts for the audit log, such as the state before the change. */
  readonly facts?: AuditFacts;
}

/** Bounds of what a mutation changes. */
export interface Extent {
  readonly projects: number;
  readonly objects: number;
}

const ONE: Extent = { projects: 1, objects: 1 };

/** Parts of a running mutation. */
export interface Work<Target> {
  readonly context: MutationContext;
  readonly audit: AuditScope;
  readonly target: Target;
  /** Encrypts a secret for the caller. Null for clear text. */
  readonly seal: Seal | null;
  /** Names of the fields selected of the payload, or below `step`. */
  readonly selected: (step?: string) => ReadonlySet<string>;
}

export interface Declaration<Input, Target, Payload, Code extends UserErrorCode> {
  readonly name: string;
  readonly takes: TakenToken;
  /** Permission that the caller must have. */
  readonly permission: Permission;
  readonly target: TargetKind<Input, Target, Code>;
  /** Facts for the audit log that only this mutation has, such as the name of a new token. */
  readonly details?: (input: Input) => Readonly<Record<string, unknown>>;
  /** Mistakes in the input, beside its reason and target. */
  readonly checks?: (input: Input) => readonly UserError<Code>[];
  /** Number of calls after the target is found, without retries. */
  readonly calls: (times: Times, input: Readonly<Record<string, unknown>>, extent: Extent) => number;
  /** Payload of a refusal. */
  readonly nothing: Payload;
  /** Fields of a refusal that are known from the input, and from the target once it is found. */
  readonly known?: (input: Input, target: Target | null) => Partial<Payload>;
  /** Changes the target. An error that it throws becomes an error of the field, and is in the audit log. */
  readonly run: (work: Work<Target>, input: Input) => Promise<Outcome<Payload, Code>>;
}

/** Payload of a mutation. The audit log may add an error of its own. */
export type PayloadOf<Payload, Code extends UserErrorCode> = Payload & {
  readonly userErrors: readonly UserError<Code | 'AUDIT_INCOMPLETE'>[];
};

type Resolve<Input, Payload, Code extends UserErrorCode> = (
  _root: unknown,
  args: { readonly input: Input },
  context: MutationContext,
  info: GraphQLResolveInfo,
) => Promise<PayloadOf<Payload, Code>>;

/**
 * Declares a mutation. The checks come first, then the target, then `run`. The kit reads afresh, keeps the audit log, maps the
 * outcome to the payload, and counts the cost.
 */
export function mutation<
  Input extends MutationInput,
  Target,
  Payload,
  Code extends UserErrorCode = ApiTokenUserErrorCode,
>(declaration: Declaration<Input, Target, Payload, Code>): MutationField<Resolve<Input, Payload, Code>> {
  const { takes, permission, target, calls } = declaration;
  const cost: Reading['cost'] = (field, _scope, circumstances) => {
    const extent = target.extent?.(field, circumstances) ?? ONE;
    return target.cost(field, circumstances, calls(circumstances.times, inputOf(field), extent));
  };
  const { resolve, extensions } = declared({ cost, takes, permission }, resolverOf(declaration));
  const refuse: Refuse = ({ input }, context, refusal) =>
    auditRefusal(context, eventOf(declaration, input as Input), refusal);
  return { resolve, extensions: { ...extensions, refuse }, isMutation: true };
}

function eventOf<Input extends MutationInput, Target, Payload, Code extends UserErrorCode>(
  { name: action, target, details }: Declaration<Input, Target, Payload, Code>,
  input: Input,
): AuditedMutation {
  return { action, target: target.idOf(input), reason: input.reason, details: details?.(input) ?? {} };
}

function resolverOf<Input extends MutationInput, Target, Payload, Code extends UserErrorCode>(
  declaration: Declaration<Input, Target, Payload, Code>,
): Resolve<Input, Payload, Code> {
  const { nothing, known } = declaration;
  return async (_root, { input }, context, info) => {
    context.startChange();
    const selected = (step?: string) => selectedFields(info, step);
    return audited(context, eventOf(declaration, input), async (audit): Promise<PayloadOf<Payload, Code>> => {
      const { outcome, found } = await attempt(declaration, { context, audit, selected }, input);
      const { userErrors } = outcome;
      if (outcome.kind === 'done') return { ...outcome.payload, userErrors };
      return { ...nothing, ...known?.(input, found), userErrors };
    });
  };
}

interface Attempt<Target, Payload, Code extends UserErrorCode> {
  readonly outcome: Outcome<Payload, Code>;
  readonly found: Target | null;
}

async function attempt<Input extends MutationInput, Target, Payload, Code extends UserErrorCode>(
  { target, checks, run }: Declaration<Input, Target, Payload, Code>,
  work: Pick<Work<Target>, 'context' | 'audit' | 'selected'>,
  input: Input,
): Promise<Attempt<Target, Payload, Code>> {
  const key = await readEncryptionKey(input.encryptTo);
  const keyErrors = key.kind === 'refused' ? key.userErrors : [];
  const seal = key.kind === 'refused' ? null : key.seal;
  const own = [...(target.checks?.(input, work.context) ?? []), ...(checks?.(input) ?? [])];
  const mistakes = [...reasonErrors(input.reason, work.context.settings.requireReason), ...own, ...keyErrors];
  // Every set of codes holds those of a reason and a key: a mutation that takes one declares them.
  const [first, ...others] = mistakes as UserError<Code>[];
  if (first) return { outcome: refused(first, ...others), found: null };
  const found = await target.find(work.context, input);
  if (found.kind === 'refused') return { outcome: found, found: null };
  if (found.manager) work.audit.actor(found.manager);
  if (found.facts) work.audit.note(found.facts);
  return { outcome: await run({ ...work, seal, target: found.target }, input), found: found.target };
}
