/** A misbehaviour of the platform, switched on from outside (platform-api.md section 6, "fault injection"). */
export type Fault = {
  /** As in the call counts, or `*` for every call. */
  route: string;
  /** How often; until cleared by default. */
  times?: number;
  /** Only calls that concern this project: by path id, `project-id` header, or the credential's project. */
  project?: string;
} & (
  | { kind: 'latency'; ms: number }
  /** Without `id` the body is plain text, as gateways send it (envelope F). The call is not handled. */
  | { kind: 'status'; status: number; retryAfter?: string; id?: number }
  | CannedAnswer
  /** The connection is closed without an answer; the call is not handled. */
  | { kind: 'drop' }
  /** HTTP 200 with text that is not JSON; the call is not handled. */
  | { kind: 'invalidJson' }
  /** HTTP 200 with envelope B of section 3.1; the call is not handled. */
  | { kind: 'errorWith200'; code?: number }
  /** No answer until the peer goes away; the call is not handled. */
  | { kind: 'hang' }
  /** The call is handled and applied, then the connection is destroyed. */
  | { kind: 'loseAnswer' }
  /** The call is handled and applied; half of the body is sent under the full content-length. */
  | { kind: 'truncate' }
  | Encoding
);

export const CODINGS = ['gzip', 'br', 'deflate', 'deflate-raw'] as const;
export const BYTE_ORDER_MARKS = ['utf-8', 'utf-16le', 'utf-16be'] as const;

/** The call is handled; its answer goes out in other bytes than were asked for. */
export interface Encoding {
  kind: 'encode';
  /** Compresses the body, whatever the caller accepts. */
  coding?: (typeof CODINGS)[number];
  /** Value of `content-encoding`; the name of the coding by default. */
  label?: string;
  /** Writes the body in this character set, with its byte order mark in front. */
  mark?: (typeof BYTE_ORDER_MARKS)[number];
  /** Blanks that follow the JSON: a compressed answer of many of them is a bomb. */
  padding?: number;
}

/** Any answer at all: 200 and an empty body unless it says otherwise. */
export interface CannedAnswer {
  kind: 'answer';
  status?: number;
  headers?: Readonly<Record<string, string>>;
  /** A text is sent as it is, anything else as JSON. */
  body?: unknown;
  /** The call is handled and applied first; without `body` its own body is sent, under the status of the fault. */
  applied?: boolean;
}

/** Every fault but latency, which only delays. */
export type Disruption = Exclude<Fault, { kind: 'latency' }>;

interface PlannedFault {
  readonly fault: Fault;
  left: number;
}

/** The faults in force. */
export class FaultPlan {
  #planned: PlannedFault[] = [];

  /** Replaces all faults; routes that the emulator does not have are a mistake of the caller. */
  replace(faults: readonly Fault[], routes: ReadonlySet<string>): void {
    const unknown = faults.find(({ route }) => route !== '*' && !routes.has(route));
    if (unknown) throw new Error(`unknown route "${unknown.route}"; use "*" or one of: ${[...routes].join(', ')}`);
    this.#planned = faults.map((fault) => ({ fault, left: fault.times ?? Number.POSITIVE_INFINITY }));
  }

  /** Uses up what matches one call: all latency together, and the first disruption. */
  take(
    route: string,
    projectIds: () => ReadonlySet<string>,
  ): { latencyMs: number; disruption: Disruption | undefined } {
    let latencyMs = 0;
    let disruption: Disruption | undefined;
    for (const planned of this.#planned) {
      const { fault } = planned;
      if (planned.left <= 0 || !matches(fault, route, projectIds)) continue;
      if (fault.kind === 'latency') latencyMs += fault.ms;
      else if (disruption) continue;
      else disruption = fault;
      planned.left -= 1;
    }
    return { latencyMs, disruption };
  }
}

function matches(fault: Fault, route: string, projectIds: () => ReadonlySet<string>): boolean {
  if (fault.route !== '*' && fault.route !== route) return false;
  return fault.project === undefined || projectIds().has(fault.project.toLowerCase());
}
