import { GraphQLError } from 'graphql';
import { formatError } from '../errors.ts';
import type { RequestContext } from '../request/context.ts';
import type { AnswerPiece } from './answerText.ts';
import { type LeavingAnswer, leave, type OperationStep } from './operationSteps.ts';
import { withRequestId } from './stepsPlugin.ts';

/** A whole answer, or the refusal to begin, without Apollo Server. */
export interface FastAnswer {
  readonly kind: 'fast';
  readonly status: 200 | 503;
  /** Text, or the bytes of a large answer in pieces. The writer frees them. */
  readonly body: string | readonly AnswerPiece[];
  readonly headers: Map<string, string>;
}

/** Refusal to begin an operation, once it has passed the steps before it leaves. */
export function refusalToBegin(
  thrown: unknown,
  steps: readonly OperationStep[],
  asked: Omit<LeavingAnswer, 'errors' | 'errorCodes' | 'headers'>,
  context: RequestContext,
): FastAnswer {
  if (!(thrown instanceof GraphQLError)) throw thrown;
  const errors = [withRequestId(formatError(thrown.toJSON(), thrown), context.requestId)];
  const errorCodes = errors.map(({ extensions }) => String(extensions?.code));
  const headers = new Map<string, string>();
  leave(steps, { ...asked, errors, errorCodes, headers }, context);
  return { kind: 'fast', status: 503, body: JSON.stringify({ errors }), headers };
}
