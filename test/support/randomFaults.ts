import { BYTE_ORDER_MARKS, CODINGS, type Fault } from '../../emulator/faults.ts';
import { ROUTE_NAMES } from '../../emulator/server.ts';
import type { Random } from './random.ts';

type Disturbance = Fault extends infer One
  ? One extends Fault
    ? Omit<One, 'route' | 'times' | 'project'>
    : never
  : never;

const STATUSES = [400, 401, 403, 404, 409, 413, 429, 500, 502, 503, 504];
const IDS = [1, 5, 6, 7, 9, 150, 154, 401, 500, 2005];
const BODIES: readonly unknown[] = ['', 'null', '[]', '{}', '{"projects":null}', '{"tokens":[1,null,{}]}', '"text"'];

/** Every kind of fault that the emulator has, with random particulars. */
const KINDS: { readonly [Kind in Fault['kind']]: (random: Random) => Extract<Disturbance, { kind: Kind }> } = {
  latency: (random) => ({ kind: 'latency', ms: random.between(1, 50) }),
  status: (random) => ({
    kind: 'status',
    status: random.pick(STATUSES),
    ...(random.chance(0.5) ? { id: random.pick(IDS) } : {}),
    ...(random.chance(0.2) ? { retryAfter: random.pick(['0', '1', 'soon']) } : {}),
  }),
  answer: (random) => ({
    kind: 'answer',
    status: random.pick([200, 200, 201, 204, 302, 500]),
    body: random.pick(BODIES),
    applied: random.chance(0.3),
  }),
  drop: () => ({ kind: 'drop' }),
  invalidJson: () => ({ kind: 'invalidJson' }),
  errorWith200: (random) => ({ kind: 'errorWith200', ...(random.chance(0.5) ? { code: random.pick(IDS) } : {}) }),
  hang: () => ({ kind: 'hang' }),
  loseAnswer: () => ({ kind: 'loseAnswer' }),
  truncate: () => ({ kind: 'truncate' }),
  encode: (random) => ({
    kind: 'encode',
    coding: random.pick(CODINGS),
    ...(random.chance(0.2) ? { mark: random.pick(BYTE_ORDER_MARKS) } : {}),
    ...(random.chance(0.2) ? { label: random.pick(['gzip', 'zstd', '']) } : {}),
    ...(random.chance(0.1) ? { padding: 100_000 } : {}),
  }),
};

export const FAULT_KINDS = Object.keys(KINDS) as Fault['kind'][];

/** A fault of a kind, on one route or on all. */
export function randomFault(random: Random, kind: Fault['kind'] = random.pick(FAULT_KINDS)): Fault {
  const route = random.chance(0.2) ? '*' : random.pick([...ROUTE_NAMES]);
  return { route, ...KINDS[kind](random) } as Fault;
}
