import { type Cell, median, ratio } from './compare.ts';
import type { EqualCallers } from './equalCallers.ts';
import type { MemoryFigures } from './memory.ts';
import { GATEWAY_OPERATIONS } from './operations.ts';
import type { Scale } from './scaling.ts';
import type { ServerName } from './servers.ts';

export interface Results {
  readonly cells: readonly Cell[];
  readonly equalCallers: readonly EqualCallers[];
  readonly scaling: readonly Scale[];
  readonly memory: MemoryFigures;
  readonly startMs: number;
}

/** A figure held against what is accepted and what is aimed at. Null where there is no bound. */
export interface Verdict {
  readonly figure: string;
  readonly value: number;
  readonly unit: string;
  readonly accepted: number | null;
  readonly aim: number | null;
}

/** CPU of the facade, in CPU of F: accepted, and aimed at. */
const CPU_BOUNDS: Record<string, readonly [accepted: number, aim: number]> = {
  typename: [2.5, 1.6],
  flat: [2.2, 1.4],
  entities: [2.2, 1.4],
  nested: [1.4, 1.1],
  project: [2.0, 1.4],
  apiToken: [2.0, 1.4],
};

const REMEMBERED_BOUNDS: Record<string, readonly [accepted: number, aim: number]> = {
  nested: [0.5, 0.2],
  flat: [1.0, 0.6],
};

/** Borrowing takes one more: which token opens a project, is in the project's list of tokens. */
const ROUND_TRIPS: Record<string, number> = {
  flat: 1,
  entities: 1,
  project: 1,
  apiToken: 1,
  nestedPresented: 2,
  nested: 3,
};

/** Every row of the table of aims, with the worse of one and sixteen callers where both were measured. */
export function verdictsOf(results: Results): Verdict[] {
  return [
    ...Object.entries(CPU_BOUNDS).map(([name, bounds]) => cpuVerdict(results.cells, 'facade', name, bounds)),
    ...Object.entries(REMEMBERED_BOUNDS).map(([name, bounds]) =>
      cpuVerdict(results.cells, 'remembering', name, bounds),
    ),
    ...besideVerdicts(results.cells),
    ...[...GATEWAY_OPERATIONS].map(([plain, gateway]) => gatewayVerdict(results.cells, plain, gateway)),
    callsVerdict(results.cells),
    ...Object.entries(ROUND_TRIPS).flatMap(([name, bound]) => tripVerdicts(results.cells, name, bound)),
    ...results.equalCallers.map(({ title, callsOfOne, callsOfAll }) => ({
      figure: `16 equal callers at once, ${title}: platform calls`,
      value: callsOfAll,
      unit: '',
      accepted: callsOfOne,
      aim: null,
    })),
    ...scalingVerdicts(results.scaling),
    ...memoryVerdicts(results.memory),
    { figure: 'start to ready', value: results.startMs, unit: 'ms', accepted: 1500, aim: 500 },
  ];
}

function cpuVerdict(
  cells: readonly Cell[],
  server: ServerName,
  name: string,
  [accepted, aim]: readonly [number, number],
): Verdict {
  const ratios = pairs(cells, server, name, 0).map(([cell, f]) => ratio(cell, f, ({ cpuMs }) => cpuMs));
  const figure = `CPU, ${name}${server === 'remembering' ? ', remembered' : ''}`;
  return { figure, value: Math.max(...ratios), unit: 'F', accepted, aim };
}

/** How much more a gateway costs, both measured in F, which is asked by turns with them. */
function gatewayVerdict(cells: readonly Cell[], plain: string, gateway: string): Verdict {
  const inF = (name: string) =>
    pairs(cells, 'facade', name, 0).map(([cell, f]) => ratio(cell, f, ({ cpuMs }) => cpuMs));
  const value = median(inF(gateway)) / median(inF(plain));
  return { figure: `CPU, ${gateway}, in ${plain}`, value, unit: 'times', accepted: 1.1, aim: null };
}

/** Servers beside the plain facade: what their figure is called, and its bounds. */
const BESIDE: Partial<Record<ServerName, Pick<Verdict, 'accepted' | 'aim'> & { readonly title: string }>> = {
  jwt: { title: 'with company tokens', accepted: 1.1, aim: 1.05 },
  silent: { title: 'without a log', accepted: null, aim: null },
  sampled: { title: 'with spans of 1 %', accepted: 1.1, aim: 1.05 },
  traced: { title: 'with spans of all operations', accepted: null, aim: null },
};
const BESIDE_NAMES = Object.keys(BESIDE) as ServerName[];

/** Costs of the facade under other settings, for the operations that it was measured with under them. */
export function besideVerdicts(cells: readonly Cell[]): Verdict[] {
  const names = [...new Set(cells.map(({ operation }) => operation.name))];
  return BESIDE_NAMES.flatMap((server) => names.flatMap((name) => besideVerdict(cells, server, name)));
}

/** How much more a server costs than the plain facade: the median of all settings. */
function besideVerdict(cells: readonly Cell[], server: ServerName, name: string): Verdict[] {
  const of = (who: ServerName) =>
    cells.filter(({ server, operation, latency }) => server === who && operation.name === name && latency === 0);
  const ratios = of(server).flatMap((cell) => {
    const plain = of('facade').find(({ callers }) => callers === cell.callers);
    return plain ? [ratio(cell, plain, ({ cpuMs }) => cpuMs)] : [];
  });
  const bounds = BESIDE[server];
  if (ratios.length === 0 || !bounds) return [];
  const { title, accepted, aim } = bounds;
  return [{ figure: `CPU, ${name}, ${title}`, value: median(ratios), unit: 'times', accepted, aim }];
}

function callsVerdict(cells: readonly Cell[]): Verdict {
  const wrong = cells.filter(({ server, calls, operation }) => server === 'facade' && calls !== operation.calls);
  return {
    figure: 'operations with other platform calls than planned',
    value: wrong.length,
    unit: '',
    accepted: 0,
    aim: null,
  };
}

function tripVerdicts(cells: readonly Cell[], name: string, accepted: number): Verdict[] {
  return pairs(cells, 'facade', name, 20).flatMap(([cell, f]) => {
    const of = `${name}, ${cell.callers} in flight`;
    // A tenth: what a token is, is asked again once a minute.
    const tripsOf = ({ roundTrips }: Cell) => Math.round(roundTrips * 10) / 10;
    return [
      {
        figure: `round trips at 20 ms, ${of} (F: ${tripsOf(f)})`,
        value: tripsOf(cell),
        unit: '',
        accepted,
        aim: null,
      },
      { figure: `p50 at 20 ms, ${of}`, value: ratio(cell, f, ({ p50 }) => p50), unit: 'F', accepted: null, aim: 1.05 },
    ];
  });
}

function scalingVerdicts(scaling: readonly Scale[]): Verdict[] {
  const [thousand, most] = [1000, 10_000].map((size) => scaling.find(({ projects }) => projects === size));
  if (!thousand || !most) return [];
  const each = ({ facadeMs, projects }: Scale) => facadeMs / projects;
  return [
    {
      figure: 'CPU per project, 1,000 → 10,000',
      value: each(most) / each(thousand),
      unit: 'times',
      accepted: 1.1,
      aim: null,
    },
    {
      figure: `CPU, flat list of 10,000 (${most.pages} pages)`,
      value: most.facadeMs / most.handwrittenMs,
      unit: 'F',
      accepted: null,
      aim: 1.4,
    },
  ];
}

function memoryVerdicts({ facade, typical, soak, documents }: MemoryFigures): Verdict[] {
  return [
    { figure: 'memory under load', value: facade / typical, unit: 'R', accepted: 1, aim: 0.7 },
    {
      figure: `heap over ${soak.operations} operations`,
      value: soak.heapAfter / soak.heapBefore,
      unit: 'times',
      accepted: 1.1,
      aim: null,
    },
    {
      figure: `heap, last fifth of ${documents.operations} documents to third`,
      value: documents.heapAfter / documents.heapBefore,
      unit: 'times',
      accepted: 1.1,
      aim: null,
    },
  ];
}

/** Cells of a server with those of F in the same setting. */
function pairs(cells: readonly Cell[], server: ServerName, name: string, latency: number): [Cell, Cell][] {
  const of = (who: ServerName) =>
    cells.filter((cell) => cell.server === who && cell.operation.name === name && cell.latency === latency);
  const references = of('handwritten');
  return of(server).flatMap((cell) => {
    const f = references.find(({ callers }) => callers === cell.callers);
    return f ? [[cell, f] as [Cell, Cell]] : [];
  });
}
