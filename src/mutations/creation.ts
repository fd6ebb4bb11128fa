import type { TokenManagerCredential } from '../loaders/apiTokens.ts';
import type { MutationContext } from './context.ts';
import type { Disclosing } from './disclosure.ts';
import { hashOfInput, nameOfKey } from './idempotency.ts';
import { type IdempotencyRecord, transientRecord, withIdempotencyRecord } from './idempotencyRecord.ts';
import { type Declaration, type MutationInput, mutation, type Work } from './mutation.ts';
import { type Outcome, refused } from './outcome.ts';
import { keyErrors, type UserError, type UserErrorCode, userError } from './userErrors.ts';

/** Input of every creation. */
export interface CreationInput extends MutationInput {
  readonly idempotencyKey?: string | null | undefined;
}

/** Parts of a running creation. */
export interface CreationWork<Target> extends Work<Target>, Disclosing {
  readonly inputHash: string;
}

/** Target with the credential that creates in it. */
export interface Managed {
  readonly manager: TokenManagerCredential;
}

/** Codes of user errors that every creation has. */
type CreationErrorCode = 'REQUIRED' | 'TOO_LONG' | 'INVALID_CHARACTERS' | 'IDEMPOTENCY_KEY_REUSED' | 'IN_PROGRESS';

/** Name of an idempotency record. */
interface RecordName {
  readonly name: string;
  /** Input field that the name is made of. */
  readonly field: string;
}

type CreationDeclaration<Input, Target, Payload, Code extends UserErrorCode> = Omit<
  Declaration<Input, Target, Payload, Code | CreationErrorCode>,
  'run'
> & {
  /** Reason not to begin, from the target alone. */
  readonly objection?: (work: Work<Target>, input: Input) => UserError<Code | CreationErrorCode> | null;
  /** Record of a request without a key. Absent: such a request cannot be repeated. */
  readonly unkeyed?: (target: Target) => RecordName;
  /** Values that make two inputs the same, apart from the recipient of the secret. */
  readonly hashed: (target: Target, input: Input) => readonly (string | null)[];
  /** Field of the payload that holds the secrets. Absent: they are fields of the payload. */
  readonly secretsIn?: string;
  readonly run: (work: CreationWork<Target>, input: Input) => Promise<Outcome<Payload, Code | CreationErrorCode>>;
};

/** Declares a mutation that would double what it creates if repeated. The kit adds the idempotency record and the recipient of a secret. */
export function creation<
  Input extends CreationInput,
  Target extends Managed,
  Payload,
  Code extends UserErrorCode = never,
>(declaration: CreationDeclaration<Input, Target, Payload, Code>) {
  const { name, checks, objection, unkeyed, hashed, secretsIn, run } = declaration;
  return mutation<Input, Target, Payload, Code | CreationErrorCode>({
    ...declaration,
    checks: (input) => [...(checks?.(input) ?? []), ...keyErrors(input.idempotencyKey)],
    run: async (work, input) => {
      const mistake = objection?.(work, input);
      if (mistake) return refused(mistake);
      const { target, seal } = work;
      const { idempotencyKey: key, encryptTo = null } = input;
      const recipient = { seal, selected: work.selected(secretsIn) };
      // Without a key, a repetition may name another recipient.
      const inputHash = hashOfInput([...hashed(target, input), ...(key == null ? [] : [encryptTo])]);
      const record = key == null ? unkeyed?.(target) : keyed(name, target, key, work.context.principal.subject);
      const begin = (idempotency: IdempotencyRecord) => run({ ...work, idempotency, inputHash, recipient }, input);
      return record ? withRecord(work.context, record, inputHash, begin) : begin(transientRecord());
    },
  });
}

async function withRecord<Payload, Code extends UserErrorCode>(
  context: MutationContext,
  { name, field }: RecordName,
  inputHash: string,
  run: (idempotency: IdempotencyRecord) => Promise<Outcome<Payload, Code>>,
): Promise<Outcome<Payload, Code | 'IDEMPOTENCY_KEY_REUSED' | 'IN_PROGRESS'>> {
  const opened = await withIdempotencyRecord(context, name, async (idempotency) => {
    const isReused = idempotency.entry && idempotency.entry.input !== inputHash;
    return isReused ? refused(userError('IDEMPOTENCY_KEY_REUSED', field)) : run(idempotency);
  });
  return opened.kind === 'busy' ? refused(userError('IN_PROGRESS', field)) : opened.result;
}

function keyed(mutationName: string, { manager }: Managed, key: string, subject: string | null): RecordName {
  return { name: nameOfKey(mutationName, manager, key, subject), field: 'idempotencyKey' };
}
