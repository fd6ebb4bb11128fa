import type { RefusalOption } from './options.ts';

/** Every error text carries this, so that a test can prove that none of it reaches a caller of the facade. */
export const UPSTREAM_MARK = 'UPSTREAM-TEXT';

/**
 * Error ids with status and text: platform-api.md section 3.3, and section 2.3 for id 5 (a token named in the path is
 * 404 there; a token presented as credential is id 6).
 */
const FAILURES = {
  1: [404, 'Assistant Not Found'],
  2: [400, 'Provider Type Not Found'],
  5: [404, 'Api Key Not Found'],
  6: [401, 'ApiToken Not Found or Blocked'],
  7: [403, 'ApiToken Out of Scope'],
  8: [400, 'Field out of range'],
  9: [400, 'Field required'],
  11: [400, 'Field does not match the pattern'],
  20: [400, 'Bad Input Text'],
  401: [401, 'Unauthorized'],
  403: [403, 'Forbidden'],
  404: [404, 'Bad Endpoint'],
  405: [405, 'Method Not Allowed'],
  /** 400 and not 409: section 6, "second active limit". */
  409: [400, 'Conflict'],
  413: [413, 'Payload Too Large'],
  500: [500, 'Internal Server Error'],
  2000: [400, 'Invalid Project Name'],
  2001: [400, 'Invalid Organization Id'],
  2002: [400, 'Project Name already exists in the Organization'],
  2003: [400, 'Organization Name already exists'],
  2004: [404, 'Organization Not Found'],
  2005: [404, 'Project Not Found'],
  2006: [400, 'Project Not In Organization'],
  2007: [400, 'Name Empty'],
  2016: [400, 'AI Model Id Not Found'],
  2032: [400, 'Unexpected Status Value'],
} as const satisfies Record<number, readonly [status: number, text: string]>;

export type FailureId = keyof typeof FAILURES;

/** A refusal that the platform words as envelope A of section 3.1. */
export class PlatformFailure extends Error {
  readonly id: FailureId;
  /** The option that says how this refusal is told; undefined when the sources say it. */
  readonly told: RefusalOption | undefined;

  constructor(id: FailureId, detail = '', told?: RefusalOption) {
    super(`${FAILURES[id][1]}${detail && ` (${detail})`} [${UPSTREAM_MARK}]`);
    this.id = id;
    this.told = told;
  }
}

/** A refusal in envelope C of section 3.1: a text alone, with status 400, or even 200. */
export class PlainFailure extends Error {
  readonly status: 200 | 400;

  constructor(status: 200 | 400, text: string) {
    super(`${text} [${UPSTREAM_MARK}]`);
    this.status = status;
  }
}

/**
 * In the strict-documentation mode every 4xx is 400, "bad endpoint" and "out of scope" too, since `400*` is all that the
 * documentation promises. 401 stays: section 3.2 expects it for a missing or unknown credential in any case.
 */
export function statusOf(id: FailureId, strict400: boolean): number {
  const [status] = FAILURES[id];
  return strict400 && status !== 401 && status < 500 ? 400 : status;
}

/** Envelope A of section 3.1. */
export function failureEnvelope(id: number, description: string): object {
  return { errors: [{ id, description }] };
}
