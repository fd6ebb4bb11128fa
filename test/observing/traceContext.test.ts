import { SamplingDecision, TraceIdRatioBasedSampler } from '@opentelemetry/sdk-trace';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  boundOf,
  newSpanId,
  randomWord,
  readTraceContext,
  traceIdOf,
  traceparentOf,
  wordOf,
} from '../../src/observability/traceContext.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const SPAN = 'b7ad6b7169203331';
const PARENT = `00-${TRACE}-${SPAN}-01`;

test('a traceparent is read, and its flag', () => {
  expect(readTraceContext(PARENT, undefined)).toEqual({ traceId: TRACE, parentId: SPAN, isSampled: true, state: '' });
  expect(readTraceContext(`00-${TRACE}-${SPAN}-00`, undefined)).toMatchObject({ isSampled: false });
  expect(readTraceContext(`00-${TRACE}-${SPAN}-fe`, undefined)).toMatchObject({ isSampled: false });
  expect(readTraceContext(`cc-${TRACE}-${SPAN}-01-later-versions-may-say-more`, undefined)).toMatchObject({
    traceId: TRACE,
  });
});

test.each([
  ['of no version that may be', `ff-${TRACE}-${SPAN}-01`],
  ['in capitals', PARENT.toUpperCase()],
  ['of zeros as trace', `00-${'0'.repeat(32)}-${SPAN}-01`],
  ['of zeros as span', `00-${TRACE}-${'0'.repeat(16)}-01`],
  ['longer than its version', `${PARENT}-more`],
  ['cut', PARENT.slice(0, -1)],
  ['glued', `${PARENT}x`],
  ['sent twice', `${PARENT}, ${PARENT}`],
  ['very long', `cc-${TRACE}-${SPAN}-01-${'x'.repeat(10_000)}`],
  ['empty', ''],
])('a traceparent that is %s is no trace', (_what, header) => {
  expect(readTraceContext(header, 'a=b')).toBeNull();
});

test.each([
  ['one member', 'rojo=00f067aa0ba902b7', 'rojo=00f067aa0ba902b7'],
  ['members with blanks and gaps', 'a=1 , , t@b=2', 'a=1,t@b=2'],
  ['a member without a value', 'a', ''],
  ['a control character', 'a=\u0007', ''],
  ['more than 32 members', Array.from({ length: 33 }, (_, index) => `k${index}=v`).join(','), ''],
  ['more than 512 characters', `a=${'v'.repeat(250)},b=${'v'.repeat(250)},c=${'v'.repeat(20)}`, ''],
  ['what looks like a token', `a=default_${'kQ7nYb2mT9wLx4RvE1cHs8ZpD6uJ0gFaK3iOqWtMyBe'}`, ''],
])('a tracestate of %s', (_what, header, state) => {
  expect(readTraceContext(PARENT, header)?.state).toBe(state);
});

test('headers that are passed on have the form of the standard and a bounded length', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.constant(PARENT)), fc.string({ maxLength: 700 }), (parent, state) => {
      const read = readTraceContext(parent, state);
      if (!read) return;
      expect(traceparentOf(read.traceId, read.parentId, read.isSampled)).toMatch(
        /^00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]$/,
      );
      expect(read.state).toMatch(/^[\x20-\x7e]{0,512}$/);
    }),
  );
});

test('new ids differ and have the lengths of the standard', () => {
  const ids = Array.from({ length: 2_000 }, () => [traceIdOf(randomWord()), newSpanId()]).flat();

  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.every((id, index) => id.length === (index % 2 === 0 ? 32 : 16))).toBe(true);
});

test("a trace is in a share exactly if the library's sampler of that share takes its id", () => {
  const word = fc.oneof(fc.nat(), fc.integer({ min: 0, max: 2 ** 32 - 1 }));
  const share = fc.oneof(fc.constantFrom(0, 0.01, 1), fc.double({ min: 0, max: 1, noNaN: true }));
  fc.assert(
    fc.property(word, share, (word, share) => {
      const id = traceIdOf(word);
      const { decision } = new TraceIdRatioBasedSampler(share).shouldSample(null, id);
      expect(wordOf(id)).toBe(word);
      expect(word < boundOf(share)).toBe(decision === SamplingDecision.RECORD_AND_SAMPLED);
    }),
  );
});
