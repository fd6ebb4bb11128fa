import { setTimeout as pause } from 'node:timers/promises';
import { request } from 'undici';
import { median } from './compare.ts';
import { type CheckedShot, Gun, shotAt } from './load.ts';
import { OPERATIONS } from './operations.ts';
import type { Options } from './options.ts';
import { residentBytes } from './processTree.ts';
import { CALLERS, openRange, prepare, type Range, type Target } from './range.ts';

export interface MemoryFigures {
  /** Resident bytes in the second half of the same load. */
  readonly facade: number;
  readonly typical: number;
  readonly soak: Growth & { readonly operations: number };
  readonly documents: Growth & { readonly operations: number };
}

/** The lowest heap and resident size seen, in bytes, in an earlier and in the last fifth of a load. */
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

/** What fresh processes hold under the same load, and what many operations and many documents leave behind. */
export async function measureMemory({ quick, soak }: Options, say: (text: string) => void): Promise<MemoryFigures> {
  say('memory');
  const range = await openRange({ organizations: CALLERS, projects: 200, servers: ['facade', 'typical'] });
  const rounds = quick ? 200 : 1000;
  const typical = await residentUnderLoad(range, range.target('typical'), rounds);
  const facade = await residentUnderLoad(range, range.target('facade'), rounds);
  const target = range.target('facade');
  const operations = soak ? 200_000 : quick ? 2000 : 20_000;
  say(`memory over ${operations} operations`);
  const shots = (await prepare(range, operationNamed('project'))).get('facade') ?? [];
  await target.gun.fire(shots, (count) => count >= operations / 10);
  const overOperations = await growth(target, 0, () => target.gun.fire(shots, (count) => count >= operations));
  // So many that those which are kept are complete well before the third fifth.
  const documents = quick ? 2000 : 40_000;
  say(`memory over ${documents} documents`);
  const overDocuments = await growth(target, 2, () => fireDocuments(target, range, documents));
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

/** `fifth` is the one that the last is compared with. */
async function growth({ server }: Target, fifth: number, load: () => Promise<unknown>): Promise<Growth> {
  const samples: Sample[] = [];
  await during(load, async () => {
    samples.push({ heap: await heapOf(server.url), resident: residentBytes(server.pid) });
  });
  const size = Math.max(1, Math.floor(samples.length / 5));
  const before = samples.slice(fifth * size, (fifth + 1) * size);
  const after = samples.slice(-size);
  const lowest = (of: readonly Sample[], read: (sample: Sample) => number) => Math.min(...of.map(read));
  return {
    heapBefore: lowest(before, ({ heap }) => heap),
    heapAfter: lowest(after, ({ heap }) => heap),
    residentBefore: lowest(before, ({ resident }) => resident),
    residentAfter: lowest(after, ({ resident }) => resident),
  };
}

async function fireDocuments({ server }: Target, range: Range, count: number): Promise<void> {
  const [organization] = range.emulated.organizations;
  const gun = new Gun(server, CALLERS);
  let next = 0;
  const caller = async () => {
    while (next < count) {
      next += 1;
      const question = { document: `{ document${next}: __typename viewer { scopes missing { scope } } }`, path: '' };
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

async function heapOf(url: string): Promise<number> {
  const text = await (await request(`${url}/metrics`)).body.text();
  const [, bytes] = /^nodejs_heap_size_used_bytes (\S+)/m.exec(text) ?? [];
  if (bytes === undefined) throw new Error('the metrics lack the heap size');
  return Number(bytes);
}

function operationNamed(name: string) {
  const found = OPERATIONS.find((operation) => operation.name === name);
  if (!found) throw new Error(`there is no operation ${name}`);
  return found;
}
