/** A request of a load, from its start to its end. Times are of `performance.now()`. */
export interface Sample {
  readonly startedAt: number;
  readonly endedAt: number;
  /** Undefined if it was answered as expected, else what came instead. */
  readonly failure: string | undefined;
}

export interface Load {
  /** What has ended so far. */
  readonly samples: readonly Sample[];
  /** Ends it when the requests under way are answered. */
  stop(): Promise<readonly Sample[]>;
}

/** Sends requests one after the other, as many callers at once. `ask` throws what went wrong. */
export function startLoad(callers: number, ask: () => Promise<void>): Load {
  const samples: Sample[] = [];
  let isOver = false;
  const caller = async () => {
    while (!isOver) {
      const startedAt = performance.now();
      const failure = await ask().then(
        () => undefined,
        (error: unknown) => String(error),
      );
      samples.push({ startedAt, endedAt: performance.now(), failure });
    }
  };
  const ending = Promise.all(Array.from({ length: callers }, caller));
  return {
    samples,
    stop: async () => {
      isOver = true;
      await ending;
      return samples;
    },
  };
}
