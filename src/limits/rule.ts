import { GraphQLError, OperationTypeNode, type ValidationRule } from 'graphql';
import type { ErrorCode } from '../values/errorCodes.ts';
import { DocumentFigures, type Figures } from './figures.ts';
import type { QueryLimits } from './limits.ts';

/** Code and text of the refusal of an operation, by the exceeded figure. */
const REFUSALS: Record<keyof Figures, { code: ErrorCode; what: string }> = {
  depth: { code: 'QUERY_TOO_DEEP', what: 'levels of fields' },
  aliases: { code: 'TOO_MANY_ALIASES', what: 'aliases' },
  directives: { code: 'TOO_MANY_DIRECTIVES', what: 'directives' },
  rootFields: { code: 'TOO_MANY_ROOT_FIELDS', what: 'root fields' },
  schemaReads: { code: 'TOO_MANY_SCHEMA_READS', what: 'fields that read the schema' },
  size: { code: 'QUERY_TOO_LARGE', what: 'fields, fragments and values' },
};
const MUTATIONS_REFUSAL: { code: ErrorCode; what: string } = { code: 'TOO_MANY_MUTATIONS', what: 'mutations' };

/** Refuses operations over the limits, with a code, the figure and the bound. Runs once per document, as all validation does. */
export function limitsRule(limits: Omit<QueryLimits, 'tokens' | 'lines'>): ValidationRule {
  return (context) => {
    const document = new DocumentFigures((name) => context.getFragment(name));
    let isNameRefused = false;
    return {
      Name: ({ value: { length } }) => {
        if (length <= limits.nameLength || isNameRefused) return;
        isNameRefused = true;
        const message = `The document has a name of ${length} characters; ${limits.nameLength} at most.`;
        context.reportError(new GraphQLError(message, { extensions: { code: 'NAME_TOO_LONG' } }));
      },
      OperationDefinition: (operation) => {
        const figures = document.ofOperation(operation);
        const isMutation = operation.operation === OperationTypeNode.MUTATION;
        for (const name of Object.keys(REFUSALS) as (keyof Figures)[]) {
          const countsMutations = isMutation && name === 'rootFields';
          const { code, what } = countsMutations ? MUTATIONS_REFUSAL : REFUSALS[name];
          const limit = limits[countsMutations ? 'mutations' : name];
          if (figures[name] <= limit) continue;
          const message = `The operation has ${figures[name]} ${what}, fragments counted where they are spread; ${limit} at most.`;
          context.reportError(new GraphQLError(message, { extensions: { code } }));
        }
      },
    };
  };
}

interface Refusal {
  readonly code: ErrorCode;
  readonly message: string;
}

/** Messages by which graphql-js gives up on a document: it has no code for that. A test checks the words. */
const GIVEN_UP: readonly [RegExp, (bound: string) => Refusal][] = [
  [
    /^Syntax Error: Document contains more tha[nt] (\d+) tokens/,
    (bound) => ({ code: 'TOO_MANY_TOKENS', message: `The document has more than ${bound} tokens; ${bound} at most.` }),
  ],
  // Fields of one response name are compared each with each: it stops after half a million steps.
  [
    /^Validation aborted\.$/,
    () => ({
      code: 'TOO_MANY_REPEATED_FIELDS',
      message:
        'The document repeats fields so often that they cannot be compared with each other. Name each field once.',
    }),
  ],
];

/** Refusal of a document that the parser or the validation gave up on; null for other messages. */
export function givenUp(message: string): Refusal | null {
  for (const [words, refusal] of GIVEN_UP) {
    const found = words.exec(message);
    if (found) return refusal(found[1] ?? '');
  }
  return null;
}
