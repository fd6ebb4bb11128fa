import type { Random } from '../support/random.ts';
import { type Material, mutated } from './material.ts';
import { ROUTER_SECRET, type ServerName } from './servers.ts';

export type Header = readonly [name: string, value: string];

/** Headers of a request but for its framing. Most requests have valid ones, and a few odd ones beside. */
export function randomHeaders(random: Random, material: Material, server: ServerName): Header[] {
  const headers: Header[] = [
    ['host', random.chance(0.99) ? 'localhost' : random.pick(['', 'a b', '127.0.0.1:99999', 'x'.repeat(300), '[::1]'])],
    ['content-type', random.chance(0.96) ? 'application/json' : random.pick(TYPES)],
    ...(server === 'jwt' ? byJwt(random, material) : byTokens(random, material)),
  ];
  if (random.chance(0.1)) headers.push(['accept', random.pick(ACCEPTS)]);
  if (random.chance(0.15)) headers.push(...random.pick(TRACES)(random));
  if (random.chance(0.1)) headers.push(...oddHeaders(random, material));
  if (random.chance(0.01)) headers.splice(random.below(headers.length), 1);
  if (random.chance(0.02)) headers.push(random.pick(headers));
  return headers;
}

const TYPES = [
  ...['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', '', ';', 'json'],
  ...['application/json; charset=utf-8', 'application/json; charset=utf-16', 'APPLICATION/JSON', 'application/json;;'],
  ...['application/graphql', 'application/graphql+json', 'application/json, application/json', 'a/b; charset="'],
];

const ACCEPTS = [
  ...['application/json', 'application/graphql-response+json', '*/*', 'text/html', 'multipart/mixed', '', 'x', '/;q=,'],
  ...['application/graphql-response+json;q=0.1, application/json;q=0.9', 'application/json;q=2', 'text/event-stream'],
  ...['multipart/mixed;deferSpec=20220824, application/json', 'application/json; charset=utf-16', '*/json;q=0'],
];

const HEX = '0123456789abcdef';
const trace = (random: Random) =>
  `00-${random.text(random.pick([32, 31, 64]), HEX)}-${random.text(16, HEX)}-${random.pick(['00', '01', 'ff', 'x'])}`;

const TRACES: readonly ((random: Random) => Header[])[] = [
  (random) => [['traceparent', trace(random)]],
  (random) => [
    ['traceparent', trace(random)],
    ['traceparent', trace(random)],
    ['tracestate', random.text(random.below(600), 'abc=,;@ ')],
  ],
  (random) => [['tracestate', random.text(random.below(600), 'abc=,;@ ')]],
  (random) => [['x-request-id', random.text(random.below(100), 'abcDEF019-_. ')]],
  () => [['apollo-federation-include-trace', 'ftv1']],
  (random) => [
    ['apollographql-client-name', random.text(random.below(200), 'aé"\\ -{}')],
    ['apollographql-client-version', random.text(20, '0123456789.')],
    ['graphql-client-name', random.text(random.below(40), 'abc')],
  ],
];

/** Callers who bring platform tokens: in every form, most of them valid. */
function byTokens(random: Random, { tokens, jwts, situation }: Material): Header[] {
  const token = () => random.pick(tokens);
  const user = () => random.pick(situation.emulator.seeded.oauth);
  return random.oneOf<Header[]>(
    [50, () => [['authorization', `Bearer ${token()}`]]],
    [10, () => [['authorization', `Bearer ${random.pick(tokens.slice(0, 2))}`]]],
    [
      8,
      () => [
        ['authorization', `Bearer ${token()}`],
        ['geai-tokens', random.many(1, 4, token).join(', ')],
      ],
    ],
    [
      6,
      () => [
        ['authorization', `Bearer ${user().token}`],
        ['ProjectId', user().projectId],
      ],
    ],
    [5, () => [['geai-tokens', random.many(0, 25, token).join(random.pick([',', ' ', ', , ']))]]],
    [5, () => [['authorization', `Bearer ${mutated(random, token())}`]]],
    [4, () => [['authorization', oddAuthorization(random, token())]]],
    [
      2,
      () => [
        ['authorization', `Bearer ${token()}`],
        ['Authorization', `Bearer ${token()}`],
      ],
    ],
    [2, () => [['authorization', `Bearer ${random.pick(jwts)}`]]],
    [
      1,
      () => [
        ['projectid', mutated(random, user().projectId)],
        ['authorization', `bearer ${user().token}`],
      ],
    ],
    [7, () => []],
  );
}

function oddAuthorization(random: Random, token: string): string {
  const basic = Buffer.from(`user:${token}`).toString('base64');
  return random.pick([
    ...[
      token,
      `Basic ${basic}`,
      'Bearer',
      'Bearer ',
      `Bearer  ${token}`,
      `bearer ${token}`,
      `Bearer ${token},${token}`,
    ],
    ...[`Bearer "${token}"`, `Token ${token}`, '', ' ', `Bearer ${token} x`, `Bearer ${token}é`, 'x'.repeat(5_000)],
  ]);
}

/** Callers who bring a token of the company, and the proof of the router. */
function byJwt(random: Random, { jwts, tokens }: Material): Header[] {
  const proof: Header[] = random.oneOf<Header[]>(
    [90, () => [['x-router-secret', ROUTER_SECRET]]],
    [2, () => [['x-router-secret', mutated(random, ROUTER_SECRET)]]],
    [
      1,
      () => [
        ['x-router-secret', ROUTER_SECRET],
        ['x-router-secret', ROUTER_SECRET],
      ],
    ],
    [1, () => []],
  );
  const jwt = random.pick(jwts);
  const authorization = random.oneOf<Header[]>(
    [55, () => [['authorization', `Bearer ${random.pick(jwts.slice(0, 3))}`]]],
    [10, () => [['authorization', `Bearer ${jwt}`]]],
    [15, () => [['authorization', `Bearer ${mutated(random, jwt)}`]]],
    [5, () => [['authorization', `Bearer ${forged(random, jwt)}`]]],
    [4, () => [['authorization', oddAuthorization(random, jwt)]]],
    [
      3,
      () => [
        ['authorization', `Bearer ${random.pick(tokens)}`],
        ['geai-tokens', random.pick(tokens)],
      ],
    ],
    [3, () => []],
  );
  return [...proof, ...authorization];
}

/** A token of the company with another head or another body under the same signature. */
function forged(random: Random, jwt: string): string {
  const [head = '', body = '', signature = ''] = jwt.split('.');
  const json = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return random.pick([
    `${json({ alg: 'none' })}.${body}.`,
    `${json({ alg: 'HS256', kid: 'first' })}.${body}.${signature}`,
    `${json({ alg: 'ES256', kid: 'x'.repeat(500), jwk: {}, crit: ['x'], b64: false })}.${body}.${signature}`,
    `${head}.${json({ sub: 'root', scope: 'geai:read' })}.${signature}`,
    `${head}.${body}.${signature}.${signature}.${signature}`,
    `${json([])}.${json(null)}.${signature}`,
    `${head}..${signature}`,
  ]);
}

function oddHeaders(random: Random, { tokens }: Material): Header[] {
  return random.pick<Header[]>([
    [['origin', random.pick(['https://studio.apollographql.com', 'null', 'http://evil.test', '', 'x'.repeat(200)])]],
    [['cookie', `a=${random.pick(tokens)}`]],
    [[`x-${random.text(20, 'abcdef-')}`, random.text(random.below(2_000), 'abc é\t')]],
    [['x-http-method-override', 'DELETE']],
    [
      ['forwarded', 'for=1.2.3.4'],
      ['x-forwarded-host', 'evil.test'],
      ['x-forwarded-for', random.pick(tokens)],
    ],
    [
      ['if-none-match', '*'],
      ['range', 'bytes=0-1'],
    ],
    [['accept-encoding', random.pick(['gzip', 'br;q=1', '*', 'identity;q=0'])]],
    [['connection', random.pick(['close', 'keep-alive', 'x, close', 'host'])]],
    [
      ['upgrade', 'h2c'],
      ['connection', 'Upgrade'],
    ],
    [['x-request-id', random.pick(tokens)]],
    random.many(1, 60, (index) => [`x-many-${index}`, 'x'] as const),
    [
      ['__proto__', 'x'],
      ['constructor', 'y'],
    ],
    [['accept-language', random.text(500, 'en-,;q=0.1 ')]],
  ]);
}
