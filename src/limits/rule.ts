import { type DocumentNode, GraphQLError, Kind, OperationTypeNode, TokenKind, type ValidationRule } from 'graphql';
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

type RuleLimits = Omit<QueryLimits, 'tokens' | 'lines'>;

/**
 * Refuses documents over the limits, with a code, the figure and the bound. Runs once per document, as all validation does, and before the
 * other rules look into it: they go on with a document that has nothing in it.
 */
export function limitsRule(limits: RuleLimits): ValidationRule {
  return (context) => ({
    Document: (document) => {
      const refusals = [...namesOver(limits, document), ...operationsOver(limits, document)];
      if (refusals.length === 0) return;
      for (const refusal of refusals) context.reportError(refusal);
      return { ...document, definitions: [] };
    },
  });
}

/** The refusal of the first name that is too long. */
function* namesOver({ nameLength }: RuleLimits, { loc }: DocumentNode): Generator<GraphQLError> {
  for (let token = loc?.startToken ?? null; token; token = token.next) {
    const length = token.end - token.start;
    if (token.kind !== TokenKind.NAME || length <= nameLength) continue;
    const message = `The document has a name of ${length} characters; ${nameLength} at most.`;
    yield new GraphQLError(message, { extensions: { code: 'NAME_TOO_LONG' } });
    return;
  }
}

function* operationsOver(limits: RuleLimits, document: DocumentNode): Generator<GraphQLError> {
  const measured = DocumentFigures.of(document);
  for (const operation of document.definitions) {
    if (operation.kind !== Kind.OPERATION_DEFINITION) continue;
    const figures = measured.ofOperation(operation);
    const isMutation = operation.operation === OperationTypeNode.MUTATION;
    for (const name of Object.keys(REFUSALS) as (keyof Figures)[]) {
      const countsMutations = isMutation && name === 'rootFields';
      const { code, what } = countsMutations ? MUTATIONS_REFUSAL : REFUSALS[name];
      const limit = limits[countsMutations ? 'mutations' : name];
      if (figures[name] <= limit) continue;
      const message = `The operation has ${figures[name]} ${what}, fragments counted where they are spread; ${limit} at most.`;
      yield new GraphQLError(message, { extensions: { code } });
    }
  }
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
