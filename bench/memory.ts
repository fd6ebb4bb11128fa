import { setTimeout as pause } from 'node:timers/promises';
import { median } from './compare.ts';
import { heapCollected } from './heap.ts';
import { type CheckedShot, Gun, shotAt } from './load.ts';
import { OPERATIONS } from './operations.ts';
import type { Options } from './options.ts';
import type { Running } from './processes.ts';
import { residentBytes } from './processTree.ts';
import { CALLERS, openRange, prepare, type Range, type Target } from './range.ts';
import { COLLECTABLE } from './servers.ts';

export interface MemoryFigures {
  /** Resident bytes in the second half of the same load. */
  readonly facade: number;
  readonly typical: number;
  readonly soak: Growth & { readonly operations: number };
  readonly documents: Growth & { readonly operations: number };
}

/** What is held after an earlier and after the last fifth of a load, in bytes. The heap is without garbage. */
export interface Growth {
  readonly heapBefore: number;
  readonly heapAfter: number;
  readonly residentBefore: number;
  readonly residentAfter: number;
}

interface Sample {
  readonly heap: number;
  readonly resident: number;
}

const SAMPLE_MS = 50;
const FIFTHS = 5;

/** What fresh processes hold under the same load, and what many operations and many documents leave behind. */
export async function measureMemory({ quick, soak }: Options, say: (text: string) => void): Promise<MemoryFigures> {
  say('memory');
  const servers = ['facade', 'typical'] as const;
  const range = await openRange({ organizations: CALLERS, projects: 200, servers, flags: COLLECTABLE });
  const rounds = quick ? 200 : 1000;
  const typical = await residentUnderLoad(range, range.target('typical'), rounds);
  const facade = await residentUnderLoad(range, range.target('facade'), rounds);
  const target = range.target('facade');
  const operations = soak ? 200_000 : quick ? 2000 : 20_000;
  say(`memory over ${operations} operations`);
  const shots = (await prepare(range, operationNamed('project'))).get('facade') ?? [];
  await target.gun.fire(shots, (count) => count >= operations / 10);
  const aFifth = (count: number) => count >= operations / FIFTHS;
  const overOperations = await growth(target.server, 0, () => target.gun.fire(shots, aFifth));
  // So many that those which are kept are complete well before the third fifth.
  const documents = quick ? 2000 : 40_000;
  say(`memory over ${documents} documents`);
  let next = 0;
  const overDocuments = await growth(target.server, 2, () => {
    next += documents / FIFTHS;
    return fireDocuments(target, range, next - documents / FIFTHS, next);
  });
  await range.close();
  return {
    facade,
    typical,
    soak: { ...overOperations, operations },
    documents: { ...overDocuments, operations: documents },
  };
}

async function residentUnderLoad(range: Range, { name, gun, server }: Target, rounds: number): Promise<number> {
  const samples: number[] = [];
  for (const [operation, count] of [
    ['flat', rounds],
    ['nested', rounds / 5],
  ] as const) {
    const shots: readonly CheckedShot[] = (await prepare(range, operationNamed(operation))).get(name) ?? [];
    await during(
      () => gun.fire(shots, (operations) => operations >= count),
      async () => {
        samples.push(residentBytes(server.pid));
      },
    );
  }
  return median(samples.slice(samples.length / 2));
}

/** Fires a load in fifths. After each, all garbage is collected before anything is read; `fifth` is compared with the last. */
async function growth(server: Running, fifth: number, fireFifth: () => Promise<unknown>): Promise<Growth> {
  const samples: Sample[] = [];
  for (let done = 0; done < FIFTHS; done += 1) {
    await fireFifth();
    samples.push({ heap: await heapCollected(server), resident: residentBytes(server.pid) });
  }
  const [before, after] = [samples[fifth], samples.at(-1)];
  if (!before || !after) throw new Error(`there is no fifth ${fifth}`);
  return {
    heapBefore: before.heap,
    heapAfter: after.heap,
    residentBefore: before.resident,
    residentAfter: after.resident,
  };
}

/** Documents that nobody has sent before, numbered from `first` to below `end`. */
async function fireDocuments({ server }: Target, range: Range, first: number, end: number): Promise<void> {
  const [organization] = range.emulated.organizations;
  const gun = new Gun(server, CALLERS);
  let next = first;
  const caller = async () => {
    while (next < end) {
      const question = { document: `{ document${next}: __typename viewer { scopes missing { scope } } }`, path: '' };
      next += 1;
      await gun.bytesOf(shotAt('facade', question, organization?.token ?? ''));
    }
  };
  await Promise.all(Array.from({ length: CALLERS }, caller));
  await gun.close();
}

async function during(load: () => Promise<unknown>, sample: () => Promise<void>): Promise<void> {
  let isOver = false;
  const loaded = load().finally(() => {
    isOver = true;
  });
  const sampled = (async () => {
    do {
      await sample();
      await pause(SAMPLE_MS);
    } while (!isOver);
  })();
  await Promise.all([loaded, sampled]);
}

function operationNamed(name: string) {
  const found = OPERATIONS.find((operation) => operation.name === name);
  if (!found) throw new Error(`there is no operation ${name}`);
  return found;
}
