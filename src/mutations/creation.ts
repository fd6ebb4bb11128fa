import type { TokenManagerCredential } from '../loaders/apiTokens.ts';
import type { Recipient } from './disclosure.ts';
import { hashOfInput, withRecordOfKey } from './idempotency.ts';
import type { IdempotencyRecord } from './idempotencyRecord.ts';
import { type Declaration, type MutationInput, mutation, type Work } from './mutation.ts';
import { type Outcome, refused } from './outcome.ts';
import { keyErrors, type UserError, type UserErrorCode, userError } from './userErrors.ts';

/** What every creation with a secret may be given. */
export interface CreationInput extends MutationInput {
  readonly idempotencyKey?: string | null | undefined;
}

/** What a running creation holds. */
export interface CreationWork<Target> extends Work<Target> {
  readonly idempotency: IdempotencyRecord;
  /** Hash of the input. */
  readonly inputHash: string;
  readonly recipient: Recipient;
}

interface Managed {
  readonly manager: TokenManagerCredential;
}

/** Mistakes that every creation knows. */
type CreationErrorCode =
  | 'REQUIRED'
  | 'TOO_LONG'
  | 'INVALID_CHARACTERS'
  | 'INVALID_ENCRYPTION_KEY'
  | 'IDEMPOTENCY_KEY_REUSED'
  | 'IN_PROGRESS';

type CreationDeclaration<Input, Target, Payload, Code extends UserErrorCode> = Omit<
  Declaration<Input, Target, Payload, Code | CreationErrorCode>,
  'checks' | 'run'
> & {
  readonly checks: (input: Input) => readonly UserError<Code | CreationErrorCode>[];
  /** What makes two inputs the same, apart from the recipient of the secret. */
  readonly hashed: (target: Target, input: Input) => readonly (string | null)[];
  /** Where the payload has its secrets, as a path of fields. */
  readonly secretsIn?: readonly string[];
  readonly run: (work: CreationWork<Target>, input: Input) => Promise<Outcome<Payload, Code | CreationErrorCode>>;
};

/** Declares a mutation that creates something with a secret. The kit adds the idempotency record and the recipient. */
export function creation<
  Input extends CreationInput,
  Target extends Managed,
  Payload,
  Code extends UserErrorCode = never,
>(declaration: CreationDeclaration<Input, Target, Payload, Code>) {
  const { name, checks, hashed, secretsIn, run } = declaration;
  return mutation<Input, Target, Payload, Code | CreationErrorCode>({
    ...declaration,
    checks: (input) => [...checks(input), ...keyErrors(input.idempotencyKey)],
    run: async (work, input) => {
      const { context, target } = work;
      const recipient = { seal: work.seal, selected: work.selected(secretsIn) };
      const inputHash = hashOfInput([...hashed(target, input), input.encryptTo ?? null]);
      const outcome = await withRecordOfKey(
        context,
        name,
        target.manager,
        input.idempotencyKey,
        async (idempotency) => {
          const isReused = idempotency.entry && idempotency.entry.input !== inputHash;
          if (isReused) return refused(userError('IDEMPOTENCY_KEY_REUSED', 'idempotencyKey'));
          return run({ ...work, idempotency, inputHash, recipient }, input);
        },
      );
      return outcome === 'BUSY' ? refused(userError('IN_PROGRESS', 'idempotencyKey')) : outcome;
    },
  });
}
