import { Gate } from '../../src/request/gate/gate.ts';

/** A gate on a clock of its own: each turn of the loop takes as long as the work that it began. */
export function clocked(msPerWeight = 0.005) {
  let [now, next]: [number, (() => void) | null] = [0, null];
  const timers: { then: () => void; at: number }[] = [];
  const began: { key: string; weight: number; turn: number; waitedMs: number }[] = [];
  const shed: { waitedMs: number }[] = [];
  let turn = 0;
  let turnMs = 0;
  const gate = new Gate(undefined, {
    now: () => now,
    nextTurn: (then) => {
      next = then;
    },
    later: (then, milliseconds) => void timers.push({ then, at: now + milliseconds }),
  });
  const note = (key: string, weight: number, since: number) => {
    began.push({ key, weight, turn, waitedMs: now - since });
    turnMs += weight * msPerWeight;
  };
  const gone = new Set<string>();
  const entrantOf = (key: string, weight: number) => ({
    ...{ gateKey: key, weight },
    get isAbandoned() {
      return gone.has(key);
    },
  });
  const enter = (key: string, weight: number): 'begun' | 'waits' | 'shed' => {
    const since = now;
    try {
      const wait = gate.enter(entrantOf(key, weight));
      if (!wait) note(key, weight, since);
      else
        void wait.then(
          () => note(key, weight, since),
          () => void shed.push({ waitedMs: now - since }),
        );
      return wait ? 'waits' : 'begun';
    } catch {
      shed.push({ waitedMs: 0 });
      return 'shed';
    }
  };
  /** Ends the present turn. False if nothing is due. */
  const passTurn = async (): Promise<boolean> => {
    const due = next;
    next = null;
    const timer = due ? undefined : timers.shift();
    if (timer) now = Math.max(now, timer.at);
    now += turnMs;
    turnMs = 0;
    turn += 1;
    due?.();
    timer?.then();
    await new Promise((resolve) => setImmediate(resolve));
    return due !== null || timer !== undefined;
  };
  const drain = async () => {
    while (await passTurn());
  };
  /** True if nothing is due. */
  const isIdle = () => next === null && timers.length === 0;
  const pass = (milliseconds: number) => {
    now += milliseconds;
  };
  return { isIdle, pass, gate, enter, passTurn, drain, began, shed, gone, now: () => now };
}
