import { endedBy } from './cacheTags.ts';
import type { Call } from './retryingClient.ts';
import { changedBy } from './scopes.ts';
import type { SharedState } from './sharedState.ts';

/** Forgets what a write may have changed, here and at the routers. */
export async function forgetChanged(
  { answers, routers }: SharedState,
  { endpoint, credential, request }: Call<unknown>,
): Promise<void> {
  const forgotten = changedBy(credential, endpoint, request).map((scope) => answers.forget(scope));
  // First, so that nothing that a router asks for anew comes from memory.
  await Promise.all(forgotten);
  // Of a change of tokens alone they hear once the platform acts on it (`verifyTokens`).
  if (endpoint.changes.every((family) => family === 'apiTokens')) return;
  await routers?.invalidate(endedBy(credential, endpoint, request));
}
