import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { IncomingMessage } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Lane } from '../fuzz/wire.ts';
import { type Facade, startFacade } from '../support/facade.ts';
import { type Issuer, jwtMode, startIssuer } from '../support/issuer.ts';
import { MOST_GROWTH } from './cost.ts';
import { HOSTILE } from './hostile.ts';
import { StepCounter } from './steps.ts';

/** Bytes of the smaller of two requests. The head of the bigger one is as long as Node lets it be. */
const SIZE = 3_500;

/** What a text repeats, so that some step goes far at many of its places. */
const PARTS = [
  'a',
  ' ',
  ',',
  'a,',
  ' a',
  'a=b; ',
  'a.',
  '-',
  '"',
  '/',
  ';q=0.1,',
  'Bearer ',
  'eyJ',
  '0',
  ':',
  '%',
  '[{',
  '\\',
];
/** What makes a header worth a longer look. */
const BEGINNINGS = ['', 'Bearer ', 'https://', 'application/json;', '00-'];

/** Most steps for each byte of a document, from its text to the line of the log. */
const MOST_PER_BYTE = 150;
/** Comparisons of fields grow faster, up to a bound of graphql-js: a document may repeat one some five hundred times. */
const MORE_PER_BYTE: Readonly<Record<string, number>> = { 'one field, repeated': 500 };

const counter = new StepCounter();
const { stackTraceLimit } = Error;
let issuer: Issuer;
let facades: readonly Facade[];
beforeAll(async () => {
  issuer = await startIssuer();
  const env = { LOG_LEVEL: 'debug', CORS_ORIGINS: 'https://*.acme.example' };
  const passthrough = await startFacade({ emulator: { projects: 1 }, env });
  const { emulator } = passthrough;
  const jwt = { ...env, ...jwtMode(issuer, [emulator.seeded.organizations[0]!.token]) };
  facades = [passthrough, await startFacade({ sharedEmulator: emulator, env: jwt })];
  // The test runner looks up the source of every line of every stack, which costs more than all the rest.
  Error.stackTraceLimit = 0;
  await counter.start();
});
afterAll(async () => {
  counter.close();
  Error.stackTraceLimit = stackTraceLimit;
  for (const facade of facades.toReversed()) await facade.close();
  await issuer.close();
});

type Header = readonly [name: string, value: string];

function requestOf(method: string, target: string, headers: readonly Header[], body = ''): Buffer {
  const framing: Header[] = [
    ['host', 'localhost'],
    ['content-type', 'application/json'],
    ['content-length', String(Buffer.byteLength(body))],
  ];
  const named = new Set(headers.map(([name]) => name));
  const all = [...framing.filter(([name]) => !named.has(name)), ...headers];
  return Buffer.from(
    [`${method} ${target} HTTP/1.1`, ...all.map((header) => header.join(': ')), '', body].join('\r\n'),
  );
}

async function send(facade: Facade, request: Buffer): Promise<void> {
  const lane = new Lane(facade.url);
  await lane.ask(request, false).finally(() => lane.close());
}

const BODY = JSON.stringify({ query: '{ viewer { credentials { hint } } }' });
const PREFLIGHT: Header[] = [
  ['origin', 'https://a.acme.example'],
  ['access-control-request-method', 'POST'],
  ['graphql-client-name', 'x'],
];

/** Names of the headers that somebody in this process looks at. */
async function headersRead(): Promise<string[]> {
  const names = new Set<string>();
  const onRequest = (message: unknown) => {
    const { request } = message as { request: IncomingMessage };
    const value = new Proxy(request.headers, {
      get: (headers, name) => {
        if (typeof name === 'string') names.add(name);
        return Reflect.get(headers, name);
      },
    });
    Object.defineProperty(request, 'headers', { value });
  };
  subscribe('http.server.request.start', onRequest);
  for (const facade of facades) {
    await send(facade, requestOf('POST', '/graphql', [], BODY));
    await send(facade, requestOf('POST', '/graphql', PREFLIGHT, BODY));
    await send(facade, requestOf('GET', '/graphql?query=%7B__typename%7D', []));
    await send(facade, requestOf('OPTIONS', '/graphql', PREFLIGHT));
    await send(facade, requestOf('GET', '/', [['accept', 'text/html']]));
  }
  unsubscribe('http.server.request.start', onRequest);
  return [...names].filter((name) => name !== 'content-length' && name !== 'transfer-encoding');
}

const repeated = (part: string, size: number) => part.repeat(Math.ceil(size / part.length)).slice(0, size);

describe('steps grow with the length, and no faster,', () => {
  test('of every header that is read', { timeout: 120_000 }, async () => {
    const names = await headersRead();
    const failures: string[] = [];
    for (const name of names) {
      const work = async (size: number) => {
        for (const [at, part] of PARTS.entries()) {
          const value = `${BEGINNINGS[at % BEGINNINGS.length]}${repeated(part, size)}`;
          for (const facade of facades) await send(facade, requestOf('POST', '/graphql', [[name, value]], BODY));
        }
      };
      const times = await counter.growth(work, SIZE);
      if (times >= MOST_GROWTH) failures.push(`${name} grows ${times.toFixed(1)} times`);
    }

    expect(failures).toEqual([]);
    expect(names).toEqual(
      expect.arrayContaining([
        ...['authorization', 'geai-tokens', 'projectid', 'accept', 'content-type', 'content-encoding', 'origin'],
        ...['x-request-id', 'traceparent', 'tracestate', 'apollographql-client-name', 'graphql-client-version'],
      ]),
    );
  });

  test.each(['query', 'variables', 'extensions', 'operationName', 'documentId', 'other'])(
    'of the parameter %s of a GET',
    async (name) => {
      const work = async (size: number) => {
        for (const part of PARTS) {
          const search = new URLSearchParams({ query: '{ __typename }', [name]: repeated(part, size / 3) });
          await send(facades[0]!, requestOf('GET', `/graphql?${search}`, [['apollo-require-preflight', 'x']]));
        }
      };

      expect(await counter.growth(work, SIZE)).toBeLessThan(MOST_GROWTH);
    },
  );

  test.each(['query', 'variables', 'extensions', 'operationName', 'documentId', 'other'])(
    'of the member %s of a body',
    async (name) => {
      const work = async (size: number) => {
        for (const part of PARTS) {
          const body = JSON.stringify({ query: '{ __typename }', [name]: repeated(part, size) });
          await send(facades[0]!, requestOf('POST', '/graphql', [], body));
        }
        const wide = Array.from({ length: size / 20 }, (_, index) => [`member${index}`, index]);
        const body = JSON.stringify({ query: '{ __typename }', [name]: Object.fromEntries(wide) });
        await send(facades[0]!, requestOf('POST', '/graphql', [], body));
      };

      expect(await counter.growth(work, SIZE)).toBeLessThan(MOST_GROWTH);
    },
  );

  test.each(Object.entries(HOSTILE))('of documents and variables: %s', async (kind, make) => {
    const work = async (size: number) => {
      const { headers = {}, variablesText, ...body } = make(size);
      const plain = JSON.stringify(body);
      const text = variablesText ? plain.replace(/}$/, `,"variables":${variablesText}}`) : plain;
      for (const facade of facades) await send(facade, requestOf('POST', '/graphql', Object.entries(headers), text));
    };

    const bound = MORE_PER_BYTE[kind] ?? MOST_PER_BYTE;
    for (const size of [8_000, 32_000]) expect(await counter.of(() => work(size))).toBeLessThan(bound * size);
  });
});

test.each<[times: number, work: (size: number) => void]>([
  [4, (size) => Array.from({ length: 100 * size }, (_, index) => index % 2)],
  [16, (size) => Array.from({ length: size }, (_, at) => Array.from({ length: at }, (_all, index) => index % 2))],
])('work that grows %i times is counted as that', async (times, work) => {
  expect(Math.round(await counter.growth(work, 1_000))).toBe(times);
});
