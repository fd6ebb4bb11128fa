import type { ApolloServerPlugin, GraphQLRequestListener } from '@apollo/server';
import { type FormattedExecutionResult, GraphQLError, type GraphQLFormattedError } from 'graphql';
import { formatError } from '../errors.ts';
import type { RequestContext } from '../request/context.ts';
import { STRETCH } from '../request/gate/stretches.ts';
import { admit, begin, extensionsOf, leave, type OperationStep, prepare } from './operationSteps.ts';

/** Characters from which on a document takes turns of its own to be parsed, validated, planned and compiled: each is a millisecond or more. */
export const LONG_DOCUMENT = 4_096;

type Answer = Pick<FormattedExecutionResult, 'data' | 'errors'>;

/** Key of a request on its answer: Apollo Server tells nothing else where it has one written. A `WeakMap` would keep it (`memoize.ts`). */
const ASKING = Symbol('asking');

/** Waits before more of an answer is written, with the caller's turns. */
export async function nextStretch(answer: Answer): Promise<void> {
  await contentOf(answer)[ASKING]?.admission.next(STRETCH);
}

function contentOf({ data, errors }: Answer): { [ASKING]?: RequestContext } {
  return (data ?? errors ?? {}) as { [ASKING]?: RequestContext };
}

/** Takes operations that Apollo Server answers through the steps, and adds the request id to each error that leaves. */
export function stepsPlugin(steps: readonly OperationStep[]): ApolloServerPlugin<RequestContext> {
  const listener: GraphQLRequestListener<RequestContext> = {
    validationDidStart: async ({ source, contextValue }) => {
      if (source.length > LONG_DOCUMENT) await contextValue.admission.readOn(source.length);
    },
    didResolveOperation: async ({ schema, source, document, operation, request, contextValue }) => {
      // A name that the document does not have: the executor says so.
      if (!operation) return;
      if (source.length > LONG_DOCUMENT) await contextValue.admission.readOn(source.length);
      const due = { schema, document, operation, variables: request.variables ?? {} };
      const preparing = prepare(steps, due, contextValue);
      if (preparing) await preparing;
      admit(steps, due, contextValue);
      await begin(steps, contextValue);
    },
    willSendResponse: async ({ request, response: { body, http }, operation, queryHash, contextValue }) => {
      if (body.kind !== 'single') return;
      const settling = contextValue.beforeSending();
      const failure = settling && (await settling);
      if (failure) body.singleResult = { errors: [formatError(asGraphqlError(failure).toJSON(), failure)] };
      const { errors } = body.singleResult;
      const type = operation?.operation ?? ('unknown' as const);
      const extensions = extensionsOf(steps, { operation: type, errors: errors ?? [] }, contextValue);
      if (extensions) body.singleResult.extensions = { ...body.singleResult.extensions, ...extensions };
      const answer = {
        operation: type,
        name: operation?.name?.value ?? null,
        documentHash: queryHash ?? null,
        isFast: false,
        errors: errors ?? [],
        errorCodes: errors ? errors.map(({ extensions }) => String(extensions?.code)) : null,
        accept: request.http?.headers.get('accept'),
        headers: http.headers,
      };
      leave(steps, answer, contextValue);
      if (errors) body.singleResult.errors = errors.map((error) => withRequestId(error, contextValue.requestId));
      contentOf(body.singleResult)[ASKING] = contextValue;
    },
  };
  return { requestDidStart: async () => listener };
}

/** The error, with the id under which the log has the request. */
export function withRequestId(error: GraphQLFormattedError, requestId: string): GraphQLFormattedError {
  return { ...error, extensions: { ...error.extensions, requestId } };
}

function asGraphqlError(error: Error): GraphQLError {
  return error instanceof GraphQLError ? error : new GraphQLError(error.message, { originalError: error });
}
