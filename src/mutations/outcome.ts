import type { ApiTokenUserErrorCode } from '../generated/resolvers.ts';
import type { UserError, UserErrorCode } from './userErrors.ts';

/** Refusal: nothing was changed, for reasons that the caller can correct. */
export interface Refused<Code extends UserErrorCode = ApiTokenUserErrorCode> {
  readonly kind: 'refused';
  readonly userErrors: readonly [UserError<Code>, ...UserError<Code>[]];
}

/** Change that was made, in whole or in part, or was there already. User errors name what is left. */
export interface Done<Payload, Code extends UserErrorCode = ApiTokenUserErrorCode> {
  readonly kind: 'done';
  readonly payload: Payload;
  readonly userErrors: readonly UserError<Code>[];
}

export type Outcome<Payload, Code extends UserErrorCode = ApiTokenUserErrorCode> = Done<Payload, Code> | Refused<Code>;

export function refused<Code extends UserErrorCode>(
  ...userErrors: [UserError<Code>, ...UserError<Code>[]]
): Refused<Code> {
  return { kind: 'refused', userErrors };
}

export function done<Payload, Code extends UserErrorCode = never>(
  payload: Payload,
  userErrors: readonly UserError<Code>[] = [],
): Done<Payload, Code> {
  return { kind: 'done', payload, userErrors };
}
