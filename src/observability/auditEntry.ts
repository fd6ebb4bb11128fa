/** Actor of a mutation: a credential by its keyed hash, never by its value. Null where none was chosen. */
export interface AuditActor {
  /** Such as `organization`. The credential that the mutation ran on, or the first accepted one when it ran on none. */
  readonly kind: string | null;
  readonly fingerprint: string | null;
  /** Part of the token that may be shown, such as `default_…AzY4`. Of a user's access token, only `…`. */
  readonly hint: string | null;
  /** Person or program that the company's token names. Null if callers present tokens of the platform. */
  readonly subject: string | null;
  /** Further claims of that token: `AUDIT_CLAIMS`. Absent if there are none. */
  readonly claims?: Readonly<Record<string, string | number | boolean>>;
  /** Whom the router says that it acts for. Absent without a proof that the request came through it. */
  readonly onBehalfOf?: string;
}

export type AuditOutcome =
  /** All that was asked for was done, or was so already, and was seen. */
  | 'SUCCEEDED'
  /** Nothing was changed, for a reason that the caller can correct. */
  | 'REFUSED'
  /** Something was changed, but not all that was asked for. `codes` says why. */
  | 'INCOMPLETE'
  /** The platform took the change, but was not seen to act on it. `verification` says what was seen. */
  | 'UNCONFIRMED'
  /** An error, and nothing was changed as far as is known. */
  | 'FAILED'
  /** The outcome at the platform is not known: the change may have been made. */
  | 'UNKNOWN';

/** First members of every line of the audit log, after its time. */
interface AuditLine {
  /** One for each mutation, made by the server: pairs the lines of a mutation. */
  readonly mutationId: string;
  /** Of the request, which may hold several mutations. Callers may choose it, and repeat it. */
  readonly requestId: string;
  /** `ApiToken.id` or a project's UUID. Null when the mutation never had one. */
  readonly target: string | null;
}

/** One mutation, dry runs included. Written before its answer leaves. */
export interface AuditEvent extends AuditLine {
  readonly actor: AuditActor;
  /** Name of the mutation, such as `blockApiToken`. */
  readonly action: string;
  /** As the caller gave it, up to 1,000 characters, with everything cut out that looks like a token. */
  readonly reason: string | null;
  /** State before and after, as far as it is known. Null: there was none, or it is not known. */
  readonly before: unknown;
  readonly after: unknown;
  /** Observation that the change took effect. Null if there was nothing to observe. */
  readonly verification: unknown;
  readonly outcome: AuditOutcome;
  /** True if the platform took a change, or was seen to have made it. Null if that is unknown. */
  readonly changed: boolean | null;
  /** Codes of the user errors, or of the one error that ended the mutation, and of what was left undone. */
  readonly codes: readonly string[];
  /** Details of this kind of mutation. */
  readonly details?: unknown;
}

/** Says that a mutation is about to write to the platform: should the process die now, the log has it. Not an event. */
interface AuditIntent extends AuditLine {
  readonly actor: AuditActor;
  /** Name of the mutation. Another member than the event's `action`, so that counting actions counts mutations. */
  readonly intent: string;
  readonly details?: unknown;
}

/** Says that an answer with a secret, whose event is written, did not leave for the caller. Not an event. */
interface AuditUndelivered extends AuditLine {
  /** Name of the mutation. */
  readonly undelivered: string;
}

export type AuditEntry = AuditEvent | AuditIntent | AuditUndelivered;
