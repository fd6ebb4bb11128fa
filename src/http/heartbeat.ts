/** Reasons why a process that runs takes no requests. */
const UNREADY = ['shutting down', "the issuer's keys are not known", 'the platform does not answer'] as const;
export type Unready = (typeof UNREADY)[number];

/** Milliseconds by a clock that all threads share, and that nobody sets. */
export function monotonicNow(): number {
  return Number(process.hrtime.bigint() / 1_000_000n);
}

/** Last sign of life of the main thread, in memory that threads share. */
export class Heartbeat {
  readonly memory: SharedArrayBuffer;
  readonly #state: BigInt64Array;

  constructor(memory = new SharedArrayBuffer(2 * BigInt64Array.BYTES_PER_ELEMENT)) {
    this.memory = memory;
    this.#state = new BigInt64Array(memory);
  }

  /** `unready` is null for a process that is ready. */
  beat(now: number, unready: Unready | null): void {
    Atomics.store(this.#state, 0, BigInt(Math.trunc(now)));
    Atomics.store(this.#state, 1, BigInt(unready === null ? READY : UNREADY.indexOf(unready)));
  }

  /** Milliseconds since the last beat. */
  age(now: number): number {
    return Math.max(0, now - Number(Atomics.load(this.#state, 0)));
  }

  /** Reason why the process is not ready. Null if it is. */
  get unready(): Unready | null {
    return UNREADY[Number(Atomics.load(this.#state, 1))] ?? null;
  }
}

/** State of a process that is ready: the index of no reason. */
const READY = -1;

/** Silence after which the main thread counts as stuck, and after which it takes no requests. Milliseconds. */
const STUCK_MS = 10_000;
const BUSY_MS = 2_000;

interface HealthAnswer {
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
  return heartbeat.unready;
}
