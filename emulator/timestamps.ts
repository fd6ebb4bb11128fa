/** Seeded data is dated backwards from this instant unless told otherwise, so that two runs of one seed are equal. */
export const SEED_EPOCH = Date.UTC(2026, 0, 12, 9, 15, 42, 118);

/** UTC wall clock without zone, milliseconds (tokens, request export; platform-api.md section 6). */
export function milliseconds(instant: number): string {
  return new Date(instant).toISOString().slice(0, -1);
}

/** UTC wall clock without zone, seconds (everything else; platform-api.md section 6). */
export function seconds(instant: number): string {
  return new Date(instant).toISOString().slice(0, 19);
}
