import type { Secret } from '../../values/secret.ts';
import type { Credential } from './credential.ts';
import type { Operation } from './operations.ts';
import type { Exchange } from './transport.ts';

/** The values that fill an operation. */
export interface CallArguments {
  /** Goes into `{id}` of the path. */
  readonly id?: string | Secret;
  /** Goes into `{organization}` of the path. From the credential, never from a caller (platform-api.md 5, trap 19). */
  readonly organizationId?: string;
  readonly query?: Readonly<Record<string, string>>;
  /** Target project, in the header `project-id`. */
  readonly projectId?: string;
  readonly body?: Readonly<Record<string, string | object>>;
}

/**
 * The exchange that performs `operation` as `credential`. `prefix` stands before every path. Throws `URIError` when a text holds half
 * of a surrogate pair: no encoding of it exists.
 */
export function exchangeOf(
  prefix: string,
  operation: Operation,
  credential: Credential,
  { id, organizationId, query, projectId, body }: CallArguments,
): Exchange {
  const headers: Record<string, string> = {
    accept: 'application/json',
    // Decompressing costs more than the bytes that it saves between servers. What comes compressed all the same is read.
    'accept-encoding': 'identity',
    authorization: `Bearer ${credential.secret.reveal()}`,
    'user-agent': 'geai-graph',
  };
  // The target header and the OAuth context header are one concept; whoever sends both confuses it (platform-api.md 1.2).
  if (projectId !== undefined) headers['project-id'] = projectId;
  else if (credential.kind === 'oauth' && credential.projectId) headers.projectid = credential.projectId;
  if (body) headers['content-type'] = 'application/json';

  let path = operation.template;
  if (organizationId !== undefined) path = path.replace('{organization}', () => pathSegment(organizationId));
  if (id !== undefined) path = path.replace('{id}', () => pathSegment(id));
  const search = query ? `?${searchOf(query)}` : '';
  return {
    method: operation.method,
    path: `${prefix}${path}${search}`,
    headers,
    ...(body ? { body: JSON.stringify(body, wellFormed) } : {}),
  };
}

/** JSON would escape half of a pair, and leave it to the platform. */
function wellFormed(_name: string, value: unknown): unknown {
  if (typeof value === 'string' && !value.isWellFormed()) throw new URIError('half of a surrogate pair');
  return value;
}

/** Percent-encoded, and never a step to another path. */
function pathSegment(value: string | Secret): string {
  const text = typeof value === 'string' ? value : value.reveal();
  if (text === '' || text === '.' || text === '..') throw new Error('a path segment must name something');
  return encodeURIComponent(text);
}

/** Cheaper than `URLSearchParams`, and as safe: names are ours, values are encoded. */
function searchOf(query: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(query).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  return pairs.join('&');
}
