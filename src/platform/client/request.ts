import { Decimal } from '../../values/decimal.ts';
import type { Secret } from '../../values/secret.ts';
import { NIL_UUID } from '../../values/uuid.ts';
import type { Credential } from './credential.ts';
import type { AttemptMark } from './origin.ts';
import type { Exchange } from './transport.ts';

declare global {
  interface JSON {
    /** A number that is printed as the text is. In Node since 21. */
    rawJSON(text: string): object;
  }
}

/** Kind of object that a header names. */
export type HeaderTarget = 'project' | 'organization';

/** Values of a query. Undefined ones are left out. */
export type QueryParameters = Readonly<Record<string, string | number | boolean | undefined>>;

type Json =
  | string
  | number
  | boolean
  | null
  | undefined
  | Decimal
  | readonly Json[]
  | { readonly [name: string]: Json };

/** Members of a body. Undefined ones are left out; amounts are printed digit for digit. */
export type Body = { readonly [name: string]: Json };

/** Content of a call, apart from the credential. */
export interface Request {
  readonly method: Exchange['method'];
  /** With the query. May hold a secret: never to be logged. */
  readonly path: string;
  readonly target: HeaderTarget | null;
  readonly targetHeader: string;
  readonly targetId: string;
  readonly body: string | undefined;
  /** Objects that the call names, in its path or its header. Null: none. */
  readonly organizationId: string | null;
  readonly projectId: string | null;
  /** Equal for equal calls as the same credential and for no others. Null when the path holds a secret. */
  readonly key: string | null;
}

interface Form {
  readonly name: string;
  readonly method: Exchange['method'];
  readonly template: string;
  readonly tokenInPath?: string;
  readonly target?: HeaderTarget;
  readonly targetAs?: 'context';
  readonly query?: (args: never) => QueryParameters;
  readonly body?: (args: never) => Body;
}

interface Named {
  readonly organizationId: string;
  readonly projectId: string;
}

const PLACEHOLDER = /\{(\w+)\}/;

/** Splits a template once, and answers with what makes a request of arguments. */
export function requestMaker<Args>({ name, method, template, tokenInPath, target, targetAs, query, body }: Form): {
  readonly placeholders: readonly string[];
  readonly request: (args: Args, credential: Credential) => Request;
} {
  // Texts and names by turns.
  const pieces = template.split(PLACEHOLDER);
  const texts = pieces.filter((_piece, at) => at % 2 === 0);
  const placeholders = pieces.filter((_piece, at) => at % 2 === 1);
  const names = (kind: HeaderTarget) => target === kind || placeholders.includes(`${kind}Id`);
  const [namesOrganization, namesProject] = [names('organization'), names('project')];
  const targetHeader = targetAs === 'context' ? `${target}id` : `${target}-id`;
  const request = (args: Args, { fingerprint }: Credential): Request => {
    const values = args as Readonly<Record<string, string | Secret>>;
    let path = texts[0] ?? '';
    for (let at = 0; at < placeholders.length; at += 1) {
      const placeholder = placeholders[at] ?? '';
      path += pathSegment(values[placeholder], placeholder === tokenInPath) + texts[at + 1];
    }
    if (query) path += searchOf(query(args as never));
    const targetId = target ? headerValue(values[`${target}Id`]) : '';
    const sent = body && JSON.stringify(body(args as never), asSent);
    // Neither path nor header has a space in it.
    const key = tokenInPath === undefined ? `${fingerprint} ${name} ${path} ${targetId} ${sent ?? ''}` : null;
    const organizationId = namesOrganization ? (args as Named).organizationId : null;
    const projectId = namesProject ? (args as Named).projectId : null;
    return {
      method,
      path,
      target: target ?? null,
      targetHeader,
      targetId,
      body: sent,
      organizationId,
      projectId,
      key,
    };
  };
  return { placeholders, request };
}

/** The exchange that performs a request as `credential`. `prefix` stands before every path; `marks` are further headers. */
export function exchangeOf(
  prefix: string,
  credential: Credential,
  request: Request,
  marks: AttemptMark['headers'],
): Exchange {
  const { method, path, target, targetHeader, targetId, body } = request;
  const headers: Record<string, string> = {
    accept: 'application/json',
    // Decompressing costs more than the bytes that it saves between servers. Compressed answers are read all the same.
    'accept-encoding': 'identity',
    authorization: `Bearer ${credential.secret.reveal()}`,
    'user-agent': 'geai-graph',
    ...marks,
  };
  if (target) headers[targetHeader] = targetId;
  // `project-id` and the `ProjectId` of users are one concept. Both at once confuse the platform (platform-api.md 1.2).
  const { projectId } = credential;
  if (target !== 'project' && credential.kind === 'oauth' && projectId && projectId !== NIL_UUID) {
    headers.projectid = projectId;
  }
  if (body === undefined) return { method, path: prefix + path, headers };
  headers['content-type'] = 'application/json';
  return { method, path: prefix + path, headers, body };
}

/** Percent-encoded, and never a step to another path. Throws `URIError` for half of a surrogate pair: no encoding of it exists. */
function pathSegment(value: string | Secret | undefined, isToken: boolean): string {
  if (typeof value === 'object' && !isToken) throw new Error('a token goes only where the endpoint declares one');
  const text = typeof value === 'object' ? value.reveal() : (value ?? '');
  if (text === '' || text === '.' || text === '..') throw new Error('a path segment must name something');
  return encodeURIComponent(text);
}

/** Cheaper than `URLSearchParams`, and as safe: names are ours, values are encoded. */
function searchOf(query: QueryParameters): string {
  let search = '';
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) search += `${search === '' ? '?' : '&'}${name}=${encodeURIComponent(value)}`;
  }
  return search;
}

const HEADER_VALUE = /^[\x21-\x7e]+$/;

function headerValue(value: string | Secret | undefined): string {
  if (typeof value === 'string' && HEADER_VALUE.test(value)) return value;
  throw new URIError('a header names its target in printable characters');
}

/** Prints amounts digit for digit. JSON would escape half of a surrogate pair, and leave it to the platform. */
function asSent(this: unknown, name: string, value: unknown): unknown {
  if (typeof value === 'number' && !Number.isFinite(value)) throw new Error('a number in a body must be finite');
  if (typeof value !== 'string') return value;
  const original = (this as Readonly<Record<string, unknown>>)[name];
  if (original instanceof Decimal) return JSON.rawJSON(value);
  if (!value.isWellFormed()) throw new URIError('half of a surrogate pair');
  return value;
}
