/** A stretch of time: `from` belongs to it, `to` does not. Milliseconds since 1970. */
export interface TimeWindow {
  readonly from: number;
  readonly to: number;
}

export const DAY_MS = 86_400_000;

/** Default length of a window. */
export const DEFAULT_WINDOW_DAYS = 30;

export function isWithin({ from, to }: TimeWindow, instant: number): boolean {
  return instant >= from && instant < to;
}

/** The window as it is shown. */
export function bounds({ from, to }: TimeWindow): { readonly from: string; readonly to: string } {
  return { from: new Date(from).toISOString(), to: new Date(to).toISOString() };
}
