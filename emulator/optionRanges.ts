/** Bounds of the numeric options: [least, most]. */
const RANGES = {
  port: [0, 65_535],
  organizations: [1, 20],
  projects: [1, 10_000],
  seed: [0, 4_294_967_295],
  requestsPerProject: [0, 100_000],
  maxExportCount: [1, 100_000],
  /** The years 2000 to 2099. */
  epoch: [Date.UTC(2000, 0), Date.UTC(2100, 0) - 1],
  latencyMs: [0, 600_000],
  statusDelayMs: [0, 600_000],
  listDelayMs: [0, 600_000],
} as const;

/** The names of the options that have bounds. */
export type RangedOption = keyof typeof RANGES;

const RANGED_OPTIONS = Object.keys(RANGES) as RangedOption[];

/** Long enough not to occur in a random token by accident, short enough for the room in a seeded one. */
const TOKEN_MARK = /^[A-Za-z0-9_-]{4,8}$/;

/** Throws a plain sentence about the first number out of range. */
export function checkRanges(settings: Readonly<Record<RangedOption, number | null>>): void {
  for (const name of RANGED_OPTIONS) {
    const value = settings[name];
    if (value !== null) checkRange(name, value);
  }
}

/** The number, if it is in range. Delays change while the emulator runs, so they are checked apart too. */
export function checkRange(name: RangedOption, value: number): number {
  const [least, most] = RANGES[name];
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new RangeError(`${name} must be a whole number from ${least} to ${most}, not ${value}`);
}

export function checkTokenMark(mark: string): void {
  if (TOKEN_MARK.test(mark)) return;
  throw new RangeError(`tokenMark must be 4 to 8 letters, digits, "-" or "_", not "${mark}"`);
}
