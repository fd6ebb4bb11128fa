import fc from 'fast-check';
import { Histogram as Library, Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { Histogram } from '../../src/observability/histogram.ts';

const NAME = 'times_seconds';
const HELP = 'Times, in "seconds".';
const BOUNDS = [0.1, 1, 2.5];
const KINDS = ['a', 'b "quoted"', 'c\nd'];

const values = fc.array(
  fc.record({
    kind: fc.constantFrom(...KINDS),
    value: fc.oneof(fc.constantFrom(0, ...BOUNDS, 2.500001), fc.double({ min: 0, max: 5, noNaN: true })),
  }),
);

test('a histogram is written out as the library writes its own', async () => {
  await fc.assert(
    fc.asyncProperty(values, async (observed) => {
      const [ours, theirs] = [new Registry(), new Registry()];
      const counted = new Histogram({ name: NAME, help: HELP, labelNames: ['kind'], bounds: BOUNDS }, ours);
      const library = new Library({
        name: NAME,
        help: HELP,
        labelNames: ['kind'],
        buckets: BOUNDS,
        registers: [theirs],
      });
      const series = new Map(
        [...new Set(observed.map(({ kind }) => kind))].map((kind) => [kind, counted.addSeries({ kind })]),
      );
      for (const { kind, value } of observed) {
        series.get(kind)!.observe(value);
        library.observe({ kind }, value);
      }

      expect(await ours.metrics()).toBe(await theirs.metrics());
    }),
  );
});
