import type { UsageLimitUserErrorCode } from '../generated/resolvers.ts';
import type { Work } from '../mutations/mutation.ts';
import { type Refused, refused } from '../mutations/outcome.ts';
import { userError } from '../mutations/userErrors.ts';
import { isAbsentInPath, PlatformError } from '../platform/client/errors.ts';
import { toResult } from '../values/result.ts';
import { type LimitTarget, limitInForce } from './target.ts';

/**
 * Returns the user error of a limit that could not be changed or cancelled. "Bad endpoint" alone is no proof that it has ended: the
 * list tells. Rethrows errors that a caller cannot correct.
 */
export async function refusalOf(
  { context, target }: Work<LimitTarget>,
  error: PlatformError,
): Promise<Refused<UsageLimitUserErrorCode>> {
  if (error.kind === 'REJECTED') return refused(userError('REJECTED'));
  if (!isAbsentInPath(error)) throw error;
  const now = await toResult(() => limitInForce(context, target));
  if (now instanceof PlatformError && now.kind === 'NOT_FOUND') {
    return refused(userError('PROJECT_NOT_FOUND', 'projectId'));
  }
  const isProven = error.kind === 'NOT_FOUND' || (!(now instanceof Error) && now?.id !== target.limit?.id);
  if (!isProven) throw error;
  return refused(userError('LIMIT_ENDED'));
}
