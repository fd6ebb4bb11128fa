import { checkRanges, checkTokenMark } from './optionRanges.ts';
import { SEED_EPOCH } from './timestamps.ts';

/** How an emulator behaves. Every switch stands for a question that platform-api.md section 6 or 8 leaves open. */
export interface EmulatorOptions {
  /** 0 = any free port (default). */
  port?: number;
  /** How many organizations to seed; 2 by default. */
  organizations?: number;
  /** Projects per organization; 12 by default, at most 10,000. */
  projects?: number;
  /** The same number gives the same data. */
  seed?: number;
  /** Requests in the export of every seeded project, at most 100,000; null, the default, is between 6 and 24. */
  requestsPerProject?: number | null;
  /** What the export shows of the token that made a request (section 8, question 12); its name by default. */
  exportTokenAs?: 'name' | 'value';
  /** The most items that one page of the export holds, whatever `count` asks for (section 8, question 14); null is any number. */
  maxExportCount?: number | null;
  /** The instant, in milliseconds, from which seeded data is dated backwards; a fixed one by default. */
  epoch?: number;
  /** Stands in the random part of every token id, for tests to look for: 4 to 8 letters, digits, `-` or `_`; `EMULATOR`. */
  tokenMark?: string;
  /** Added to every platform answer. */
  latencyMs?: number;
  /**
   * A change of a token's status is recorded and shown at once, but calls with the token are refused, or let in again,
   * only so much later (section 1.6, "how fast a block takes effect"; section 5, trap 13).
   */
  statusDelayMs?: number;
  /** Token lists show a change of status, or a new token, only so much later; calls feel it at once (section 5, trap 13). */
  listDelayMs?: number;
  /** The strict-documentation mode of section 3.3: see `statusOf` in errors.ts. */
  strict400?: boolean;
  /** Token lists show `default_*******AzY4` instead of the secret (section 8, question 1). */
  maskTokenIds?: boolean;
  /** Token lists leave revoked tokens out (section 8, question 6). */
  hideRevokedTokens?: boolean;
  /** Null members are sent instead of left out (section 4, "Empty versus absent"). */
  nullMembers?: boolean;
  /** What `validate` says of the project of an organization token (section 2.5). */
  organizationTokenProject?: 'absent' | 'empty' | 'nil';
  /** Whether `validate` answers names too (section 2.5, inferred); true by default. */
  validateNames?: boolean;
  /** Where the list of usage limits stands in its answer (section 8, question 4). */
  limitListKey?: 'usageLimits' | 'limits';
  /** What `latest` and `active` answer without a limit: 404, or 200 with `{}` (section 8, question 10). */
  absentLimit?: 'notFound' | 'empty';
  /** The HTTP status of `{"error":"Invalid renewal status"}` (section 2.6, "seen with 400 and 200"). */
  invalidLimitStatus?: 200 | 400;
  /** Accept OAuth where section 1.4 says "?"; otherwise such calls are out of scope. */
  oauthEverywhere?: boolean;
  /** Open the HTTP control endpoint under `/__control`. */
  control?: boolean;
}

export type EmulatorSettings = Required<EmulatorOptions>;

export const DEFAULT_SETTINGS: EmulatorSettings = {
  port: 0,
  organizations: 2,
  projects: 12,
  seed: 1,
  requestsPerProject: null,
  exportTokenAs: 'name',
  maxExportCount: null,
  epoch: SEED_EPOCH,
  tokenMark: 'EMULATOR',
  latencyMs: 0,
  statusDelayMs: 0,
  listDelayMs: 0,
  strict400: false,
  maskTokenIds: false,
  hideRevokedTokens: false,
  nullMembers: false,
  organizationTokenProject: 'absent',
  validateNames: true,
  limitListKey: 'usageLimits',
  absentLimit: 'notFound',
  invalidLimitStatus: 400,
  oauthEverywhere: false,
  control: false,
};

/** Fills in the defaults; throws a plain sentence about the first option that cannot be. */
export function settingsFrom(options: EmulatorOptions): EmulatorSettings {
  const settings = { ...DEFAULT_SETTINGS, ...options };
  checkRanges(settings);
  checkTokenMark(settings.tokenMark);
  return settings;
}
