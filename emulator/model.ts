import type { LimitBook } from './limitBook.ts';
import type { RequestLog } from './requestLog.ts';
import type { Roster } from './roster.ts';
import type { Token } from './token.ts';

/** What the emulated platform keeps of a project beyond its own row. Wire shapes are made of it in `wire.ts`. */
export interface ProjectDetails {
  readonly tokens: Token[];
  readonly assistants: readonly Assistant[];
  readonly searchProfiles: readonly SearchProfile[];
  readonly requests: RequestLog;
  readonly limits: LimitBook;
  readonly roster: Roster;
  readonly flows: readonly LabChange[];
  readonly processes: readonly LabChange[];
}

/** That something was built or changed in the lab, for analytics (platform-api.md section 2.10). */
export interface LabChange {
  /** `YYYY-MM-DD` */
  readonly day: string;
  readonly isCreation: boolean;
}

/** Platform-api.md section 2.7. */
export interface Assistant {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  readonly type: string;
  /** 1 enabled, 2 disabled. */
  readonly status: 1 | 2;
  readonly priority: number;
  readonly intentId: string;
  readonly defaultRevision: number;
  readonly revisions: readonly Revision[];
  readonly welcome: { readonly title: string; readonly description: string } | null;
}

export interface Revision {
  readonly id: number;
  readonly description: string | null;
  readonly providerName: string;
  readonly modelName: string;
  /** A JSON string of the message array. */
  readonly prompt: string;
  readonly timestamp: string;
  readonly metadata: readonly { readonly key: string; readonly type: string; readonly value: string }[];
}

/** A RAG assistant as the project object and the profile list show it (platform-api.md section 2.8). */
export interface SearchProfile {
  readonly name: string;
  readonly description: string;
}

/** An item of the request export (platform-api.md section 2.4); its members go out as they are, but for the token. */
export interface ExportedRequest {
  /** The id of the token that made the request; the export shows that or its name (section 8, question 12). */
  readonly apiToken: string;
  readonly assistant: string;
  readonly cost: number;
  readonly elapsedTimeMs: number;
  readonly startTimestamp: string;
  readonly endTimestamp: string;
  readonly timestamp: string;
  readonly feedback: string | null;
  readonly intent: string | null;
  readonly module: string;
  readonly prompt: string | null;
  readonly inputText: string;
  readonly output: string | null;
  readonly ragSourcesConsulted: string | null;
  readonly sessionId: string;
  readonly status: 'succeeded' | 'failed' | 'pending';
}
