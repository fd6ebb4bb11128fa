import type { Accepts, Grant } from './access.ts';
import { PlatformFailure } from './failures.ts';
import type { Members } from './members.ts';
import type { EmulatorSettings } from './options.ts';
import type { Platform } from './platform.ts';

/** One accepted request, as the routes see it. */
export interface Call {
  readonly platform: Platform;
  readonly settings: EmulatorSettings;
  readonly grant: Grant;
  /** The `{id}` of the path; empty when the path has none. */
  readonly id: string;
  /** Another part of the path that the template names; empty when it does not. */
  part(name: string): string;
  /** The `project-id` header: the target of the call (section 1.2). */
  readonly targetProjectId: string | undefined;
  /** The `organization-id` header (section 1.2). */
  readonly targetOrganizationId: string | undefined;
  /** A header, by its name in lower case. */
  header(name: string): string | undefined;
  /** A query member in any casing; undefined when absent or empty (section 5, trap 24). */
  query(name: string): string | undefined;
  /** The JSON body. Read late, so that a refused credential is reported before a bad body. */
  members(): Members;
}

/** An endpoint: its template in section 2, who may call it, and what it answers (a value, or its JSON ready made). */
export interface Route {
  /** 201 instead of 200. */
  readonly creates?: true;
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly accepts: Accepts;
  answer(call: Call): object | Buffer;
}

/** How counts and faults name a route: `GET /v1/organization/project/{id}`. */
export function routeName({ method, path }: Pick<Route, 'method' | 'path'>): string {
  return `${method} ${path}`;
}

/** The `detail` of lists and assistants (sections 2.2, 2.4, 2.7). */
export function isDetailed(call: Call): boolean {
  return oneOf(call, 'detail', ['summary', 'full']) === 'full';
}

/** A member of the query that is one of a few words; undefined when absent. */
export function oneOf<const T extends string>(call: Call, name: string, words: readonly T[]): T | undefined {
  const text = call.query(name);
  if (text === undefined) return undefined;
  const word = words.find((candidate) => candidate === text);
  if (word === undefined) throw new PlatformFailure(11, name);
  return word;
}

/** What must be there: a member of the query or of the body, or a header. */
export function required(value: string | null | undefined, name: string): string {
  if (value === undefined || value === null) throw new PlatformFailure(9, name);
  return value;
}

/** A count in the query, 0 when absent. */
export function countOf(call: Call, name: string): number {
  const text = call.query(name) ?? '0';
  if (!/^\d{1,9}$/.test(text)) throw new PlatformFailure(8, name);
  return Number(text);
}
