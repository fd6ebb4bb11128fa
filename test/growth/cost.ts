/** CPU of this thread, in milliseconds: other tests run beside it, in threads or processes of their own. */
function cpu(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

/** Least CPU of several runs of `work`: what else the process does only adds to a run. */
export async function leastCpu(work: () => unknown, runs = 2): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let run = 0; run < runs; run += 1) {
    const before = cpu();
    await work();
    least = Math.min(least, cpu() - before);
  }
  return least;
}

/** What is too short to tell growth from noise, in milliseconds of CPU. */
const FLOOR = 25;

/** Between linear and quadratic. */
export const MOST_GROWTH = 8;

/** Measurements that must agree on too much growth. */
const ROUNDS = 3;

/**
 * How much more `work` costs with an input four times as big: 4 when it is linear, 16 when it is quadratic. Only for what cannot
 * be counted, with inputs that take seconds when it is not linear.
 */
export async function growth(work: (size: number) => unknown, size: number): Promise<number> {
  await work(size);
  let [small, big] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  const ratio = () => big / Math.max(small, FLOOR);
  for (let round = 0; round === 0 || (round < ROUNDS && ratio() >= MOST_GROWTH); round += 1) {
    small = Math.min(small, await leastCpu(() => work(size)));
    big = Math.min(big, await leastCpu(() => work(4 * size)));
  }
  return ratio();
}
