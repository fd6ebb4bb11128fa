import { hash } from 'node:crypto';
import type { Random } from '../support/random.ts';
import { type Body, randomBody } from './bodies.ts';
import { randomParams } from './documents.ts';
import { type Header, randomHeaders } from './headers.ts';
import { type Material, mutated } from './material.ts';
import { type ServerName, TRUSTED } from './servers.ts';

/** Bytes to write to a server, and what may come back. */
export interface Generated {
  readonly server: ServerName;
  readonly bytes: Buffer;
  /** Answers that must come. Null: the framing is wrong, so any number may, and the connection ends. */
  readonly answers: number | null;
  /** True if the client goes away in the middle. */
  readonly isAbandoned: boolean;
  /** True if the server may hang up before it has answered. */
  readonly mayBeCut: boolean;
  /** True if the answer has a length and no body. */
  readonly isHead: boolean;
}

const WHOLE = { answers: 1, isAbandoned: false, mayBeCut: false, isHead: false };

/** Any request: well-formed HTTP in nine of ten cases. */
export function randomRequest(random: Random, material: Material): Generated {
  const server = random.oneOf<ServerName>([60, () => 'passthrough'], [30, () => 'jwt'], [10, () => 'trusted']);
  const headers = () => randomHeaders(random, material, server);
  return random.oneOf<Generated>(
    [80, () => post(random, material, server, headers())],
    [8, () => get(random, material, server, headers())],
    [2, () => elsewhere(random, server, headers())],
    [2, () => pipelined(random, material, server)],
    [8, () => misframed(random, material, server, headers())],
  );
}

function headOf(method: string, target: string, headers: readonly Header[], version = 'HTTP/1.1'): string {
  return [`${method} ${target} ${version}`, ...headers.map(([name, value]) => `${name}: ${value}`), '', ''].join(
    '\r\n',
  );
}

/** Names and values as bytes: what is beyond latin1 goes out as UTF-8. */
const joined = (head: string, body: Buffer) => Buffer.concat([Buffer.from(head), body]);

function post(random: Random, material: Material, server: ServerName, headers: readonly Header[]): Generated {
  const { bytes, coding, isHuge } = bodyFor(server, random, material);
  const own: Header[] = coding === null ? [] : [['content-encoding', coding]];
  if (random.chance(0.05)) {
    const head = headOf('POST', '/graphql', [...headers, ...own, ['transfer-encoding', 'chunked']]);
    return { ...WHOLE, server, mayBeCut: isHuge, bytes: joined(head, chunked(random, bytes)) };
  }
  const head = headOf('POST', '/graphql', [...headers, ...own, ['content-length', String(bytes.length)]]);
  return { ...WHOLE, server, mayBeCut: isHuge, bytes: joined(head, bytes) };
}

/** Documents of a client: of the manifest for half of the requests to a server that takes no others. */
function bodyFor(server: ServerName, random: Random, material: Material): Body {
  if (server !== 'trusted' || random.chance(0.5)) return randomBody(random, material);
  const [id, query] = random.pick(Object.entries(TRUSTED));
  const named = random.pick<object>([
    { query },
    { documentId: id },
    { extensions: { persistedQuery: { version: 1, sha256Hash: hash('sha256', query) } } },
  ]);
  return { bytes: Buffer.from(JSON.stringify(named)), coding: null, isHuge: false };
}

function chunked(random: Random, bytes: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const part = bytes.subarray(at, at + random.between(1, Math.max(1, bytes.length / 3)));
    parts.push(Buffer.from(`${part.length.toString(16)}\r\n`), part, Buffer.from('\r\n'));
    at += part.length;
  }
  return Buffer.concat([...parts, Buffer.from('0\r\n\r\n')]);
}

function get(random: Random, material: Material, server: ServerName, headers: readonly Header[]): Generated {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(randomParams(random, material))) {
    search.append(name, typeof value === 'string' ? value : (JSON.stringify(value) ?? ''));
    if (random.chance(0.03)) search.append(name, 'twice');
  }
  if (random.chance(0.1)) search.set('extensions', random.pick(['{', '{}', '{"persistedQuery":1}', '[]', '"']));
  if (random.chance(0.1)) search.set('documentId', random.pick(['relay-md5', 'sha256:x', '']));
  const text = random.chance(0.1) ? mutated(random, String(search)).replace(/[^!-~]/g, '%') : String(search);
  const preflight: Header[] = random.chance(0.9) ? [['apollo-require-preflight', 'true']] : [];
  // What does not fit into the head is refused, and the connection with it.
  const target = `/graphql?${text}`.slice(0, 14_000);
  return { ...WHOLE, server, bytes: Buffer.from(headOf('GET', target, [...headers, ...preflight])) };
}

const PATHS = [
  ...['/', '/health/live', '/health/ready', '/metrics', '/schema.graphql', '/graphql/', '/GRAPHQL', '//graphql'],
  ...['/..%2f..%2fetc/passwd', '/%00', '/%zz', '*', 'http://other.test/graphql', '/graphql;x', '/health', '/a?b#c'],
];
const METHODS = ['GET', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE', 'PROPFIND', 'QUERY'];

function elsewhere(random: Random, server: ServerName, headers: readonly Header[]): Generated {
  const target = random.chance(0.7) ? random.pick(PATHS) : '/graphql';
  const isHead = random.chance(0.1);
  return {
    ...WHOLE,
    server,
    isHead,
    bytes: Buffer.from(headOf(isHead ? 'HEAD' : random.pick(METHODS), target, headers)),
  };
}

/** Several requests in one write. */
function pipelined(random: Random, material: Material, server: ServerName): Generated {
  const requests = random.many(2, 4, () => post(random, material, server, randomHeaders(random, material, server)));
  const mayBeCut = true;
  return { ...WHOLE, server, mayBeCut, answers: null, bytes: Buffer.concat(requests.map(({ bytes }) => bytes)) };
}

/** What no client library sends. */
function misframed(random: Random, material: Material, server: ServerName, headers: readonly Header[]): Generated {
  const { bytes: body } = randomBody(random, material);
  const whole = post(random, material, server, headers).bytes;
  const framed = (...framing: Header[]) => joined(headOf('POST', '/graphql', [...headers, ...framing]), body);
  const length = String(body.length);
  const make = random.pick<() => Buffer>([
    () => whole.subarray(0, random.below(whole.length)),
    () => Buffer.concat([whole, Buffer.from(random.text(random.below(50), 'GET / HTTP1.\r\n:\u0000'))]),
    () => Buffer.from(mutated(random, whole.toString('latin1').slice(0, 4_000)), 'latin1'),
    () => framed(['content-length', random.pick(['-1', '1e3', '0x10', '', '99999999999999999999', ' 3', '+5'])]),
    () => framed(['content-length', String(Math.max(0, body.length - random.between(1, 20)))]),
    () => framed(['content-length', length], ['content-length', '3']),
    () => framed(['content-length', length], ['transfer-encoding', 'chunked']),
    () => framed(['transfer-encoding', random.pick(['chunked', 'gzip, chunked', 'chunked, chunked', 'xchunked', ''])]),
    () =>
      framed(
        ['transfer-encoding', 'chunked'],
        ['x', `${length}\r\n\r\n5;${'e'.repeat(random.below(20_000))}\r\nabcde\r\n0`],
      ),
    () => framed(['content-length', length], ['x-big', 'x'.repeat(random.between(15_000, 40_000))]),
    () => framed(['content-length', length], ['bad name', 'x'], ['', 'x'], ['x', '\u0000']),
    () => framed(['content-length', length], ['expect', random.pick(['100-continue', 'miracles', ''])]),
    () => joined(headOf('POST', '/graphql', [...headers, ['content-length', length]], random.pick(VERSIONS)), body),
    () => Buffer.from(headOf('CONNECT', random.pick(['other:443', '/graphql', '']), headers)),
    () => Buffer.from(random.text(random.between(1, 300), '\r\n GETPOST/HTTP1.:\u0000\u0016\u0003abc')),
    () =>
      Buffer.from(whole.toString('latin1').replaceAll('\r\n', random.pick(['\n', '\r', '\r\n ', '\n\r'])), 'latin1'),
    () => Buffer.from(`PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n`),
  ]);
  return { server, bytes: make(), answers: null, isAbandoned: random.chance(0.2), mayBeCut: true, isHead: false };
}

const VERSIONS = ['HTTP/1.0', 'HTTP/2.0', 'HTTP/0.9', 'HTTP/1.1 ', 'ICY/1.0', 'HTTP/1.10', ''];
