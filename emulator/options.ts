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
  /** Added to every platform answer. */
  latencyMs?: number;
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
  latencyMs: 0,
  strict400: false,
  maskTokenIds: false,
  hideRevokedTokens: false,
  nullMembers: false,
  organizationTokenProject: 'absent',
  validateNames: true,
  oauthEverywhere: false,
  control: false,
};

/** Bounds of the numeric options: [least, most]. */
const NUMBER_RANGES = {
  port: [0, 65_535],
  organizations: [1, 20],
  projects: [1, 10_000],
  seed: [0, 4_294_967_295],
  latencyMs: [0, 600_000],
} as const;

/** Fills in the defaults; throws a plain sentence about the first number out of range. */
export function settingsFrom(options: EmulatorOptions): EmulatorSettings {
  const settings = { ...DEFAULT_SETTINGS, ...options };
  checkRange('port', settings.port);
  checkRange('organizations', settings.organizations);
  checkRange('projects', settings.projects);
  checkRange('seed', settings.seed);
  checkLatency(settings.latencyMs);
  return settings;
}

/** Latency changes while the emulator runs, so it is checked apart too. */
export function checkLatency(ms: number): void {
  checkRange('latencyMs', ms);
}

function checkRange(name: keyof typeof NUMBER_RANGES, value: number): void {
  const [least, most] = NUMBER_RANGES[name];
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw new RangeError(`${name} must be a whole number from ${least} to ${most}, not ${value}`);
}
