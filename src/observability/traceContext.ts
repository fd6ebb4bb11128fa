import { randomFillSync } from 'node:crypto';
import { redactTokens } from '../values/secret.ts';

/** Trace that a request belongs to, as its caller says (W3C Trace Context). */
interface TraceContext {
  readonly traceId: string;
  /** Span of the caller. */
  readonly parentId: string;
  readonly isSampled: boolean;
  /** Further members for the systems that a trace passes. Empty if there are none. */
  readonly state: string;
}

type Header = string | string[] | undefined;

const TRACEPARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-|$)/;
const ONLY_ZEROS = /^0+$/;
/** Later versions may be longer than the 55 characters of this one. */
const MAX_PARENT_LENGTH = 256;
const LENGTH = 55;

/** The standard asks for no more of either. */
const MAX_STATE_LENGTH = 512;
const MAX_STATE_MEMBERS = 32;
const STATE_MEMBER =
  /^[a-z0-9][a-z0-9_\-*/@]{0,255}=[\x20-\x2b\x2d-\x3c\x3e-\x7e]{0,255}[\x21-\x2b\x2d-\x3c\x3e-\x7e]$/;

/** Trace of a request. Null if its headers name none that can be read. */
export function readTraceContext(traceparent: Header, tracestate: Header): TraceContext | null {
  if (typeof traceparent !== 'string' || traceparent.length > MAX_PARENT_LENGTH) return null;
  const [, version, traceId = '', parentId = '', flags = ''] = TRACEPARENT.exec(traceparent) ?? [];
  if (version === undefined || version === 'ff') return null;
  if (version === '00' && traceparent.length !== LENGTH) return null;
  if (ONLY_ZEROS.test(traceId) || ONLY_ZEROS.test(parentId)) return null;
  return { traceId, parentId, isSampled: (Number.parseInt(flags, 16) & 1) === 1, state: readState(tracestate) };
}

/** Empty if it cannot be read, or holds what looks like a token. */
function readState(header: Header): string {
  if (typeof header !== 'string' || header.length > MAX_STATE_LENGTH) return '';
  const members = header.split(',').map((member) => member.trim());
  const named = members.filter((member) => member !== '');
  const isReadable = named.length <= MAX_STATE_MEMBERS && named.every((member) => STATE_MEMBER.test(member));
  const state = named.join(',');
  return isReadable && redactTokens(state) === state ? state : '';
}

export function traceparentOf(traceId: string, spanId: string, isSampled: boolean): string {
  return `00-${traceId}-${spanId}-${isSampled ? '01' : '00'}`;
}

const TRACE_ID_BYTES = 16;
const SPAN_ID_BYTES = 8;
const WORD_BYTES = 4;

/** Random bytes, fetched many at a time: each time costs as much as the rest of an unsampled trace. */
const pool = Buffer.alloc(4_096);
let used = pool.length;

function randomHex(bytes: number): string {
  if (used + bytes > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += bytes;
  const text = pool.toString('hex', used - bytes, used);
  return ONLY_ZEROS.test(text) ? randomHex(bytes) : text;
}

const WORDS = 2 ** 32;

/** Word of a trace that begins here. */
export function randomWord(): number {
  return Math.floor(Math.random() * WORDS);
}

/** Traces with a word below this one are in the share. Samplers of OpenTelemetry in other processes agree. */
export function boundOf(share: number): number {
  return share === 1 ? WORDS : Math.floor(share * (WORDS - 1));
}

/** New id of a trace with this word. */
export function traceIdOf(word: number): string {
  const start = randomHex(TRACE_ID_BYTES - WORD_BYTES);
  const last = (wordOf(start) ^ word) >>> 0;
  return start + last.toString(16).padStart(2 * WORD_BYTES, '0');
}

/** Word of a trace: the four parts of its id, combined by XOR. */
export function wordOf(hex: string): number {
  let word = 0;
  for (let at = 0; at < hex.length; at += 2 * WORD_BYTES)
    word ^= Number.parseInt(hex.slice(at, at + 2 * WORD_BYTES), 16);
  return word >>> 0;
}

export function newSpanId(): string {
  return randomHex(SPAN_ID_BYTES);
}
