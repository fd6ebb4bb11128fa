import { hash } from 'node:crypto';
import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  NoSchemaIntrospectionCustomRule,
  parse,
  specifiedRules,
  validate,
} from 'graphql';
import type { Logger } from 'pino';
import type { TrustedDocument, TrustedDocumentsConfig } from '../../config/trustedDocuments.ts';
import type { QueryLimits } from '../../limits/limits.ts';
import { checkLines } from '../../limits/lines.ts';
import { limitsRule } from '../../limits/rule.ts';
import { asError } from '../../values/result.ts';

/** Schema and limits that documents are checked against. */
interface Bounds {
  readonly schema: GraphQLSchema;
  readonly introspection: boolean;
  readonly limits: QueryLimits;
  readonly log: Logger;
}

const SHA256 = /^[0-9a-f]{64}$/i;
/** Prefix of an id in the draft of GraphQL over HTTP. */
const BY_HASH = 'sha256:';
/** Invalid documents that the log names. */
const MAX_NAMED = 20;

/** Documents that are known at start. Parses and validates each once, and keeps the valid ones. */
export class TrustedDocuments {
  readonly isOnly: boolean;
  /** By id in the manifest, and by SHA-256. */
  readonly #texts = new Map<string, string>();
  /** By SHA-256. */
  readonly #valid = new Map<string, DocumentNode>();
  readonly #admitted = new Set<DocumentNode>();

  constructor(documents: readonly TrustedDocument[], isOnly: boolean, bounds: Bounds) {
    this.isOnly = isOnly;
    const invalid = documents.flatMap(({ id, text }) => {
      const sha256 = hash('sha256', text);
      this.#texts.set(id, text).set(sha256, text);
      const document = this.#valid.get(sha256) ?? checked(text, bounds);
      if (document instanceof Error) return { id, problem: document.message };
      this.#valid.set(sha256, document);
      this.#admitted.add(document);
      return [];
    });
    if (invalid.length === 0) return;
    const named = { count: invalid.length, documents: invalid.slice(0, MAX_NAMED) };
    bounds.log.warn(named, 'trusted documents that the schema or the limits refuse');
  }

  /** The text behind an id of the manifest or a SHA-256, with or without its prefix. Undefined if it is not known. */
  text(id: string): string | undefined {
    const bare = id.startsWith(BY_HASH) ? id.slice(BY_HASH.length) : id;
    return this.#texts.get(SHA256.test(bare) ? bare.toLowerCase() : id);
  }

  /** True for a document of the manifest, or one of the same text. */
  hasText(text: string): boolean {
    return this.#texts.get(hash('sha256', text)) === text;
  }

  /** The parsed and validated document of a text with this SHA-256. */
  valid(sha256: string): DocumentNode | undefined {
    return this.#valid.get(sha256);
  }

  /** Throws for a document that must not run. */
  admit(document: DocumentNode): void {
    if (this.isOnly && !this.#admitted.has(document)) throw notTrusted();
  }
}

/** The documents of the configuration. Null without a manifest. */
export function openTrustedDocuments(
  { trustedDocuments, trustedDocumentsOnly }: TrustedDocumentsConfig,
  bounds: Bounds,
): TrustedDocuments | null {
  return trustedDocuments && new TrustedDocuments(trustedDocuments, trustedDocumentsOnly, bounds);
}

/** Refusal of a document that the operator does not know. */
export function notTrusted(): GraphQLError {
  const message = 'This server answers trusted documents only. The document is not one of them.';
  return new GraphQLError(message, { extensions: { code: 'DOCUMENT_NOT_TRUSTED', http: { status: 403 } } });
}

/** The document, or why every request for it would be refused. */
function checked(text: string, { schema, introspection, limits }: Bounds): DocumentNode | Error {
  const rules = [...specifiedRules, ...(introspection ? [] : [NoSchemaIntrospectionCustomRule]), limitsRule(limits)];
  try {
    checkLines({ query: text }, limits.lines);
    const document = parse(text, { maxTokens: limits.tokens });
    return validate(schema, document, rules)[0] ?? document;
  } catch (error) {
    return asError(error);
  }
}
