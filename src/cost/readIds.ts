import { type ApiTokenHandle, type AssistantHandle, type Ids, InvalidIdError } from '../values/ids.ts';
import { asUuid } from '../values/uuid.ts';

/** A project's id as the loaders compare it; null for what is none. Ids that are refused cost nothing. */
export function readProject(id: unknown): string | null {
  return typeof id === 'string' ? asUuid(id) : null;
}

/** What the id of a token says; null for what is none. */
export function readToken(id: unknown, ids: Ids): ApiTokenHandle | null {
  return typeof id === 'string' ? read(() => ids.readApiTokenId(id)) : null;
}

/** What the id of an assistant says; null for what is none. */
export function readAssistant(id: unknown, ids: Ids): AssistantHandle | null {
  return typeof id === 'string' ? read(() => ids.readAssistantId(id)) : null;
}

function read<T>(readId: () => T): T | null {
  try {
    return readId();
  } catch (error) {
    if (error instanceof InvalidIdError) return null;
    throw error;
  }
}
