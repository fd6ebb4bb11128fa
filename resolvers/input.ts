import { badUserInput } from '../src/errors.ts';
import { InvalidIdError } from '../src/ids.ts';
import { asUuid } from '../src/uuid.ts';

/** Reads an id that a caller gave. Throws `BAD_USER_INPUT` that says where to take the right one from. */
export function readId<T>(read: () => T, hint: string): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof InvalidIdError) refuse(hint);
    throw error;
  }
}

function refuse(hint: string): never {
  throw badUserInput(`\`id\` is not valid: ${hint}`);
}

/** A UUID of the platform, in the one form that comparisons use. */
export function readPlatformId(id: string): string {
  return asUuid(id) ?? refuse('it takes a UUID, such as `0b7f6c1e-52c8-4c5b-9d0a-6f2f1f0e7a11`.');
}
