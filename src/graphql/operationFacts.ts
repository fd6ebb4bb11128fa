import type { ErrorPlace, OperationFacts } from '../observability/operationFacts.ts';
import type { RequestContext } from '../request/context.ts';
import { excerpt } from '../values/excerpt.ts';
import type { LeavingAnswer } from './operationSteps.ts';

/** Characters of an operation's name, and of a path, that are recorded. */
const MAX_NAME_LENGTH = 100;
const MAX_PATH_LENGTH = 200;
const MAX_ERRORS = 10;

/** Facts about an operation whose answer is about to leave. */
export function factsOf(answer: LeavingAnswer, context: RequestContext): OperationFacts {
  const { name, documentHash, errors, errorCodes } = answer;
  return {
    type: answer.operation,
    name: name === null ? null : excerpt(name, MAX_NAME_LENGTH),
    documentHash: name === null ? documentHash : null,
    isFast: answer.isFast,
    ...context.facts(errors.length > 0),
    codes: errorCodes === null ? NO_CODES : [...new Set(errorCodes)],
    errorCount: errors.length,
    errors: errors.slice(0, MAX_ERRORS).map(placeOf),
  };
}

const NO_CODES: readonly string[] = [];

function placeOf({ extensions, path }: LeavingAnswer['errors'][number]): ErrorPlace {
  return { code: String(extensions?.code), path: path ? excerpt(path.join('.'), MAX_PATH_LENGTH) : null };
}
