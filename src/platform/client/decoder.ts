import type { Credential } from './credential.ts';
import type { LeftOut } from './decode.ts';

/** Work in steps, with the outcome at the end. */
export type Steps<Value> = Generator<undefined, Value>;

type Read<Value, Result = Value> = (body: unknown, leftOut: LeftOut, credential: Credential) => Result;

/** Makes a value of an answer. Notes what it left out, and throws `DecodeError` for what it can make nothing of. */
export type Decode<Value> = Read<Value> & {
  /** The same in steps, for answers that take milliseconds. Absent if one step is all. */
  readonly steps?: Read<Value, Steps<Value>>;
};

export function inSteps<Value>(steps: Read<Value, Steps<Value>>): Decode<Value> {
  const decode: Read<Value> = (body, leftOut, credential) => atOnce(steps(body, leftOut, credential));
  return Object.assign(decode, { steps });
}

/** Outcome of all steps, one right after the other. */
export function atOnce<Value>(steps: Steps<Value>): Value {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

/** Same as `atOnce`, with a turn before each step but the first. */
export async function inTurns<Value>(steps: Steps<Value>, turns: { next(): Promise<void> }): Promise<Value> {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
    await turns.next();
  }
}
