import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { createTransport, TransportError } from '../../src/platform/client/transport.ts';
import { startFacade } from '../support/facade.ts';

const MAX_BYTES = 1_000;
const TEXT = '{"name":"Équipe 😀"}';

interface Reply {
  readonly status?: number;
  readonly headers?: Record<string, string | string[]>;
  readonly body: Buffer | string;
}

/** A server that gives one answer to everything, and tells which headers it was sent. */
async function answering({ status = 200, headers = {}, body }: Reply) {
  const seen: IncomingHttpHeaders[] = [];
  const server = createServer((request, response) => {
    seen.push(request.headers);
    response.writeHead(status, headers).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}

/** What comes of an exchange with a server that answers like this. */
async function outcomeOf(reply: Reply) {
  const { url } = await answering(reply);
  const transport = createTransport(new URL(url), { maxAnswerBytes: MAX_BYTES });
  onTestFinished(() => transport.close());
  const outcome = await transport.send({ method: 'GET', path: '/', headers: {} }, 5_000).outcome;
  return outcome instanceof TransportError ? outcome.reason : { status: outcome.status, body: outcome.body };
}

const labelled = (coding: string, body: Buffer | string): Reply => ({ headers: { 'content-encoding': coding }, body });

const CODINGS: [label: string, compress: (text: string) => Buffer][] = [
  ['gzip', gzipSync],
  ['x-gzip', gzipSync],
  ['GZIP', gzipSync],
  ['identity, gzip', gzipSync],
  ['br', brotliCompressSync],
  ['deflate', deflateSync],
  ['deflate', deflateRawSync],
];

describe.each(CODINGS)('a body that comes as %s', (label, compress) => {
  test('is read', async () => {
    expect(await outcomeOf(labelled(label, compress(TEXT)))).toEqual({ status: 200, body: TEXT });
  });

  test('is read up to the bound, counted after it was decompressed, and no further', async () => {
    const most = 'x'.repeat(MAX_BYTES);

    expect(await outcomeOf(labelled(label, compress(most)))).toEqual({ status: 200, body: most });
    expect(compress(`${most}x`).length).toBeLessThan(100);
    expect(await outcomeOf(labelled(label, compress(`${most}x`)))).toBe('too-large');
  });

  test('cannot be read when a part is missing', async () => {
    const { length } = compress(TEXT);
    const reply = labelled(label, compress(TEXT).subarray(0, length - 4));

    expect(await outcomeOf(reply)).toEqual({ status: 200, body: expect.stringContaining('unreadable') });
  });
});

test.each([
  ['a coding that is not read', labelled('zstd', zstdCompressSync(TEXT))],
  ['a coding that nobody knows', labelled('x-odd', TEXT)],
  ['a name that every object has', labelled('constructor', TEXT)],
  ['two codings', labelled('gzip, br', brotliCompressSync(gzipSync(TEXT)))],
  ['one coding twice', labelled('gzip, gzip', gzipSync(gzipSync(TEXT)))],
  ['two headers', { headers: { 'content-encoding': ['gzip', 'gzip'] }, body: gzipSync(gzipSync(TEXT)) }],
  ['a label that is not true', labelled('gzip', TEXT)],
])('a body in %s cannot be read, and the status stays', async (_case, reply) => {
  const outcome = await outcomeOf({ ...reply, status: 401 });

  expect(outcome).toEqual({ status: 401, body: expect.stringContaining('unreadable') });
});

test.each(['identity', '', ' , '])('a body labelled "%s" is not compressed', async (label) => {
  expect(await outcomeOf(labelled(label, TEXT))).toEqual({ status: 200, body: TEXT });
});

test('no body at all is empty, whatever its label', async () => {
  expect(await outcomeOf(labelled('gzip', ''))).toEqual({ status: 200, body: '' });
});

test('a plain body is read up to the bound', async () => {
  const most = 'x'.repeat(MAX_BYTES);

  expect(await outcomeOf({ body: most })).toEqual({ status: 200, body: most });
  expect(await outcomeOf({ body: `${most}x` })).toBe('too-large');
});

test.each<[string, Buffer]>([
  ['UTF-8', Buffer.from(`\uFEFF${TEXT}`)],
  ['UTF-16, little end first', Buffer.from(`\uFEFF${TEXT}`, 'utf16le')],
  ['UTF-16, big end first', Buffer.from(`\uFEFF${TEXT}`, 'utf16le').swap16()],
])('a byte order mark of %s is no part of the text, compressed or not', async (_name, body) => {
  expect(await outcomeOf({ body })).toEqual({ status: 200, body: TEXT });
  expect(await outcomeOf(labelled('gzip', gzipSync(body)))).toEqual({ status: 200, body: TEXT });
});

test('text without a mark is UTF-8, also when it does not begin with ASCII', async () => {
  expect(await outcomeOf({ body: 'Équipe' })).toEqual({ status: 200, body: 'Équipe' });
});

test('no call accepts a coding, nor does the look whether the platform answers', async () => {
  const { url, seen } = await answering({ status: 401, body: '{"errors":[{"id":401}]}' });
  const facade = await startFacade({ env: { GEAI_BASE_URL: url } });
  onTestFinished(() => facade.close());

  await facade.query('{ viewer { scopes } }', { token: 'default_abc' });
  await fetch(`${facade.url}/health/ready`);

  await vi.waitUntil(() => seen.length > 1);
  expect(seen.map((headers) => headers['accept-encoding'])).toEqual(seen.map(() => 'identity'));
});
