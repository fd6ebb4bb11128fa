import { errors } from 'jose';

/** Reason that a caller is not let in. No part of what was presented is in it. */
export type RefusalReason = keyof typeof MESSAGES;

const MESSAGES = {
  MISSING: 'The request presents no token. Send one of the company as `Authorization: Bearer <token>`.',
  MALFORMED: 'The bearer is not a JSON Web Token that can be read.',
  TOO_LARGE: 'The bearer has more than 8,192 characters, which is more than is read.',
  ALGORITHM: 'The token is signed by an algorithm that this server does not allow.',
  NO_KEY_ID: 'The token names no key: its header lacks `kid`.',
  UNKNOWN_KEY: 'The token names a key that the issuer does not publish, or that verifies nothing.',
  KEYS_UNAVAILABLE: 'The keys of the issuer cannot be read at the moment, so the token cannot be verified.',
  SIGNATURE: 'The signature of the token is wrong.',
  EXPIRED: 'The token is expired.',
  NOT_YET_VALID: 'The token is not yet valid.',
  ISSUER: 'The token is of another issuer.',
  AUDIENCE: 'The token is for another audience.',
  NO_EXPIRY: 'The token lacks a time of expiry as a number in `exp`.',
  SUBJECT: 'The token lacks a subject in `sub`: a text of 1 to 255 characters.',
  CLAIM_TYPE: 'A claim of the token that decides access has another type than a text or a list of texts.',
} as const;

/** A caller who is not let in. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly reason: RefusalReason;

  constructor(reason: RefusalReason) {
    super(MESSAGES[reason]);
    this.reason = reason;
  }

  /** True if the same token may be taken later. */
  get isRetryable(): boolean {
    return this.reason === 'KEYS_UNAVAILABLE';
  }
}

const REASONS_OF_CLAIMS: Readonly<Record<string, RefusalReason>> = {
  nbf: 'NOT_YET_VALID',
  iss: 'ISSUER',
  aud: 'AUDIENCE',
  exp: 'NO_EXPIRY',
};

/** The refusal behind what verification threw. */
export function asRefusal(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  if (error instanceof errors.JWTExpired) return new Refusal('EXPIRED');
  if (error instanceof errors.JWTClaimValidationFailed) return new Refusal(reasonOf(error));
  if (error instanceof errors.JOSEAlgNotAllowed) return new Refusal('ALGORITHM');
  if (error instanceof errors.JWSSignatureVerificationFailed) return new Refusal('SIGNATURE');
  // Such as a key that is too short for its algorithm.
  return new Refusal(error instanceof errors.JOSEError ? 'MALFORMED' : 'UNKNOWN_KEY');
}

function reasonOf({ claim, reason }: errors.JWTClaimValidationFailed): RefusalReason {
  const isTime = claim === 'nbf' || claim === 'iat';
  return (isTime && reason === 'invalid' ? null : REASONS_OF_CLAIMS[claim]) ?? 'MALFORMED';
}
