import fc from 'fast-check';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createLogger } from '../../src/observability/logger.ts';
import { membersOf, type OperationFacts } from '../../src/observability/operationFacts.ts';
import { WrittenMembers } from '../../src/observability/writtenMembers.ts';

/** The line that a logger writes of an entry. */
function lineOf(entry: object, bindings: object = {}): string {
  const lines: string[] = [];
  const log = createLogger('info', { write: (line) => void lines.push(line) });
  log.child(bindings).warn(entry, 'operation');
  expect(lines).toHaveLength(1);
  return lines[0]!;
}

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom('"', '\\', '\u2028', '\u0085', '\n'),
);
const orNull = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null });
const count = fc.nat({ max: 5_000 });
const facts: fc.Arbitrary<OperationFacts> = fc.record({
  type: fc.constantFrom('query', 'mutation', 'unknown'),
  name: orNull(text),
  documentHash: orNull(fc.constant('a'.repeat(64))),
  isFast: fc.boolean(),
  client: orNull(fc.record({ name: text, version: orNull(text) })),
  caller: orNull(text),
  refusal: orNull(text),
  codes: fc.constant([]),
  errorCount: count,
  errors: fc.array(fc.record({ code: text, path: orNull(text) }), { maxLength: 3 }),
  calls: fc.record({ made: count, coalesced: count, remembered: count, withheld: count }),
});

/** The same members as an object, which the library writes itself. */
function asObject({
  type,
  name,
  documentHash,
  client,
  caller,
  refusal,
  errorCount,
  errors,
  calls,
  isFast,
}: OperationFacts) {
  const { made, coalesced, remembered, withheld } = calls;
  return {
    operationType: type,
    operationName: name ?? undefined,
    documentHash: name === null ? (documentHash ?? undefined) : undefined,
    client: client?.name,
    clientVersion: client?.version ?? undefined,
    caller: caller ?? undefined,
    refusal: refusal ?? undefined,
    ...(errorCount > 0 && { errorCount, errors }),
    withheld: withheld > 0 ? withheld : undefined,
    ...{ calls: made, coalesced, remembered, fastPath: isFast },
  };
}

const TIME = /"time":"[^"]+"/;

test('a line of written members is the one that the library makes of an object, whatever callers send', () => {
  fc.assert(
    fc.property(facts, (given) => {
      const written = lineOf(new WrittenMembers(membersOf(given)), { requestId: 'one' });
      const made = lineOf(asObject(given), { requestId: 'one' });

      expect(JSON.parse(written.replace(TIME, '"time":""'))).toEqual(JSON.parse(made.replace(TIME, '"time":""')));
      expect(written.split(/[\n\r\u0085\u2028\u2029]/)).toHaveLength(2);
    }),
  );
});

test('a line of written members is searched for tokens as any other', () => {
  const secret = 'default_kQ7nYb2mT9wLx4RvE1cHs8ZpD6uJ0gFaK3iOqWtMyBe';

  expect(lineOf(new WrittenMembers(`,"caller":"${secret}"`))).toContain('"caller":"[redacted]"');
});

test.each([
  '2026-01-02T03:04:05.000Z',
  '2026-01-02T03:04:05.007Z',
  '2026-01-02T03:04:05.042Z',
  '2026-01-02T03:04:59.999Z',
])('a line has the time of its writing: %s', (time) => {
  vi.useFakeTimers({ now: new Date(time), toFake: ['Date'] });
  onTestFinished(() => void vi.useRealTimers());

  expect(JSON.parse(lineOf({})).time).toBe(time);
});
