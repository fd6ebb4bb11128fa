import { GraphQLError } from 'graphql';
import { isJsonObject, parseJson } from '../../values/json.ts';
import type { GraphqlRequest } from '../apolloHttp.ts';
import { notTrusted, type TrustedDocuments } from './trustedDocuments.ts';

/** Forms in which a request says what it asks for. */
interface Asked {
  /** GraphQL over HTTP, draft: `sha256:<hex>`, or an id of the manifest. */
  readonly documentId: unknown;
  readonly query: unknown;
  readonly extensions: unknown;
}

/** Parameters of a URL that are read before Apollo Server sees it. */
const READ_HERE = ['documentId', 'query', 'extensions'] as const;

type Extensions = Readonly<Record<string, unknown>>;

/**
 * The request with the text of the trusted document that it names; without one, the request as it is. An error for an unknown id, and
 * for another document where only trusted ones are answered.
 */
export function resolveTrusted(request: GraphqlRequest, trusted: TrustedDocuments): GraphqlRequest | GraphQLError {
  return request.method === 'GET' ? resolveUrl(request, trusted) : resolveBody(request, trusted);
}

function resolveBody(request: GraphqlRequest, trusted: TrustedDocuments): GraphqlRequest | GraphQLError {
  if (!isJsonObject(request.body)) return request;
  const { documentId, ...rest } = request.body;
  const { query, extensions } = rest;
  const text = textOf({ documentId, query, extensions }, trusted);
  if (typeof text !== 'string') return text ?? request;
  // Apollo Server refuses extensions of another form.
  return copyOf(request, { body: { ...rest, query: text, extensions: withoutHash(extensions) ?? extensions ?? null } });
}

function resolveUrl(request: GraphqlRequest, trusted: TrustedDocuments): GraphqlRequest | GraphQLError {
  const [path = '', ...search] = request.url.split('?');
  const parameters = new URLSearchParams(search.join('?'));
  // Apollo Server refuses others that come twice.
  const repeated = READ_HERE.find((name) => parameters.getAll(name).length > 1);
  if (repeated) return badRequest(`\`${repeated}\` comes more than once.`);
  // Apollo Server refuses what is not JSON.
  const extensions = parseJson(parameters.get('extensions') ?? 'null');
  const documentId = parameters.get('documentId');
  const text = textOf({ documentId, query: parameters.get('query'), extensions }, trusted);
  if (typeof text !== 'string') return text ?? request;
  parameters.delete('documentId');
  parameters.set('query', text);
  const rest = withoutHash(extensions);
  if (rest) parameters.set('extensions', JSON.stringify(rest));
  return copyOf(request, { url: `${path}?${parameters}` });
}

/** By member: those of an HTTP request are no own properties. */
function copyOf({ method, url, headers, body }: GraphqlRequest, changed: Partial<GraphqlRequest>): GraphqlRequest {
  return { method, url, headers, body, ...changed };
}

/** The text to execute. Null leaves the request to whoever comes next. */
function textOf({ documentId, query, extensions }: Asked, trusted: TrustedDocuments): string | GraphQLError | null {
  const hash = hashOf(extensions);
  if (documentId != null) return textById(documentId, { query, hash }, trusted);
  const known = hash === null ? undefined : trusted.text(hash);
  if (known !== undefined && (query == null || query === known)) return known;
  if (!trusted.isOnly) return null;
  if (typeof query !== 'string' || query === '') return hash === null ? null : notFound();
  if (!trusted.hasText(query)) return notTrusted();
  return hash === null ? query : twoDocuments();
}

/** `beside` are the other names of a document in the request. Refuses those of another one. */
function textById(
  id: unknown,
  beside: { readonly query: unknown; readonly hash: string | null },
  trusted: TrustedDocuments,
): string | GraphQLError {
  if (typeof id !== 'string')
    return badRequest('`documentId` takes a text, such as `sha256:` and 64 hexadecimal digits.');
  const text = trusted.text(id);
  if (text === undefined) return notFound();
  const isSameHash = beside.hash === null || trusted.text(beside.hash) === text;
  return isSameHash && (beside.query == null || beside.query === text) ? text : twoDocuments();
}

/** Apollo's form: `extensions.persistedQuery.sha256Hash`. */
function hashOf(extensions: unknown): string | null {
  const persisted = isJsonObject(extensions) ? extensions.persistedQuery : null;
  const hash = isJsonObject(persisted) && persisted.version === 1 ? persisted.sha256Hash : null;
  return typeof hash === 'string' ? hash : null;
}

/** Extensions without the hash: the text stands in its place, and is not to be registered. */
function withoutHash(extensions: unknown): Extensions | undefined {
  if (!isJsonObject(extensions)) return undefined;
  const { persistedQuery: _hash, ...rest } = extensions;
  return rest;
}

/** In the words by which clients of persisted queries know it. */
function notFound(): GraphQLError {
  const http = { status: 200 };
  return new GraphQLError('PersistedQueryNotFound', { extensions: { code: 'PERSISTED_QUERY_NOT_FOUND', http } });
}

function twoDocuments(): GraphQLError {
  return badRequest('The request names two documents. `documentId`, the hash and `query` must belong to the same one.');
}

function badRequest(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'BAD_REQUEST', http: { status: 400 } } });
}
