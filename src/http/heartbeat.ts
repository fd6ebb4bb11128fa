/** Last sign of life of the main thread, in memory that threads share. */
export class Heartbeat {
  readonly memory: SharedArrayBuffer;
  readonly #times: BigInt64Array;

  constructor(memory = new SharedArrayBuffer(2 * BigInt64Array.BYTES_PER_ELEMENT)) {
    this.memory = memory;
    this.#times = new BigInt64Array(memory);
  }

  beat(now: number, isReady: boolean): void {
    Atomics.store(this.#times, 0, BigInt(Math.trunc(now)));
    Atomics.store(this.#times, 1, isReady ? 1n : 0n);
  }

  /** Milliseconds since the last beat. */
  age(now: number): number {
    return Math.max(0, now - Number(Atomics.load(this.#times, 0)));
  }

  get isReady(): boolean {
    return Atomics.load(this.#times, 1) === 1n;
  }
}

/** Silence after which the main thread counts as stuck, and after which it takes no requests. Milliseconds. */
const STUCK_MS = 10_000;
const BUSY_MS = 2_000;

export interface HealthAnswer {
  readonly status: 200 | 404 | 503;
  readonly body: Readonly<Record<string, string | boolean>>;
}

/** Health as another thread sees it. */
export function healthOf(path: string, heartbeat: Heartbeat, now: number): HealthAnswer {
  const age = heartbeat.age(now);
  if (path === '/health/live') {
    if (age < STUCK_MS) return { status: 200, body: { live: true } };
    return { status: 503, body: { live: false, reason: 'the main thread is stuck' } };
  }
  if (path !== '/health/ready') return { status: 404, body: { reason: 'no resource has this path' } };
  const reason = unready(heartbeat, age);
  return reason === null ? { status: 200, body: { ready: true } } : { status: 503, body: { ready: false, reason } };
}

function unready(heartbeat: Heartbeat, age: number): string | null {
  if (age >= BUSY_MS) return 'the main thread is busy';
  return heartbeat.isReady ? null : 'not ready';
}
