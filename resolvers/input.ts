import { badUserInput } from '../src/errors.ts';
import { InvalidIdError, readUuid } from '../src/ids.ts';

/** Reads an id that a caller gave. Throws `BAD_USER_INPUT` that says where to take the right one from. */
export function readId<T>(read: () => T, hint: string): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof InvalidIdError) throw badUserInput(`\`id\` is not valid: ${hint}`);
    throw error;
  }
}

/** A UUID of the platform, in the one form that comparisons use. */
export function readPlatformId(id: string): string {
  return readId(() => readUuid(id), 'it takes a UUID, such as `0b7f6c1e-52c8-4c5b-9d0a-6f2f1f0e7a11`.');
}
