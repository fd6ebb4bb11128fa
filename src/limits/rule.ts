import { GraphQLError, type ValidationRule } from 'graphql';
import { DocumentFigures, type Figures } from './figures.ts';
import type { QueryLimits } from './limits.ts';

/** What is said of an operation that is too big, by the figure at fault. */
const REFUSALS: Record<keyof Figures, { code: string; what: string }> = {
  depth: { code: 'QUERY_TOO_DEEP', what: 'levels of fields' },
  aliases: { code: 'TOO_MANY_ALIASES', what: 'aliases' },
  directives: { code: 'TOO_MANY_DIRECTIVES', what: 'directives' },
  rootFields: { code: 'TOO_MANY_ROOT_FIELDS', what: 'root fields' },
};

/** Refuses operations over the limits, with a code, the figure and the bound. Runs once per document, as all validation does. */
export function limitsRule(limits: Omit<QueryLimits, 'tokens'>): ValidationRule {
  return (context) => {
    const document = new DocumentFigures((name) => context.getFragment(name));
    return {
      OperationDefinition: (operation) => {
        const figures = document.ofOperation(operation);
        for (const name of Object.keys(REFUSALS) as (keyof Figures)[]) {
          const { code, what } = REFUSALS[name];
          if (figures[name] <= limits[name]) continue;
          const message = `The operation has ${figures[name]} ${what}, fragments counted where they are spread; ${limits[name]} at most.`;
          context.reportError(new GraphQLError(message, { extensions: { code } }));
        }
      },
    };
  };
}

/** How graphql-js says that it gave up on a document of more tokens than it was told to take. */
const TOO_MANY_TOKENS = /^Syntax Error: Document contains more tha[nt] (\d+) tokens/;

/** The refusal of a document of too many tokens, made out of what the parser says; null for any other message. */
export function tooManyTokens(message: string): { readonly code: string; readonly message: string } | null {
  const bound = TOO_MANY_TOKENS.exec(message)?.[1];
  if (bound === undefined) return null;
  return { code: 'TOO_MANY_TOKENS', message: `The document has more than ${bound} tokens; ${bound} at most.` };
}
