import { expect, test } from 'vitest';
import type { Credential } from '../../src/platform/client/credential.ts';
import { type Endpoint, read, write } from '../../src/platform/client/endpoint.ts';
import { type Body, exchangeOf, type QueryParameters } from '../../src/platform/client/request.ts';
import { Decimal } from '../../src/values/decimal.ts';
import { NIL_UUID } from '../../src/values/uuid.ts';
import { credentialOf } from './scripted.ts';

const accepts = ['organization', 'oauth'] as const;
const decode = (body: unknown) => body;
const manager = credentialOf('organization', 'organization_token', 'o');
const user = credentialOf('oauth', 'user', 'o', 'context');

const list = read({
  route: 'GET /v1/list',
  accepts,
  family: 'projects',
  query: (args: QueryParameters) => args,
  decode,
});
const change = write({
  route: 'PUT /v1/things/{thing}',
  accepts,
  changes: [],
  body: (args: { body: Body }) => args.body,
  decode,
});
const inProject = write({ route: 'POST /v1/things', accepts, changes: [], target: 'project', decode });
const ofProject = read({
  route: 'GET /v1/figures',
  accepts,
  family: 'analytics',
  target: 'project',
  targetAs: 'context',
  decode,
});
const inOrganization = read({ route: 'GET /v1/policies', accepts, family: 'members', target: 'organization', decode });

function sent<Args>(
  endpoint: Endpoint<'organization' | 'oauth', Args>,
  args: Args,
  as: Credential<'organization' | 'oauth'> = manager,
) {
  return exchangeOf('/base', as, endpoint.request(args, as), {});
}

test.each<[string, () => unknown]>([
  ['a query', () => sent(list, { assistantName: 'a\ud800' })],
  ['a body', () => sent(change, { thing: 'a', body: { name: '\udc00' } })],
  ['the depth of a body', () => sent(change, { thing: 'a', body: { usageLimit: { unit: ['fine', '\ud83d'] } } })],
  ['a path', () => sent(change, { thing: '\ud800', body: {} })],
  ['a target', () => sent(inProject, { projectId: '\ud800' })],
])('half of a surrogate pair in %s is not sent', (_where, send) => {
  expect(send).toThrow(URIError);
});

test('a whole pair is sent as it is', () => {
  const { body } = sent(change, { thing: 'a', body: { name: '😀 \\ud800' } });

  expect(JSON.parse(body ?? '')).toEqual({ name: '😀 \\ud800' });
});

test('a body holds numbers, booleans and amounts, these digit for digit; undefined members are left out', () => {
  const amounts = ['12345678901234567890.123456789', '0.1', '1000'].map((text) => Decimal.parse(text));
  const body = {
    hardLimit: amounts[0],
    softLimits: amounts.slice(1),
    count: 2,
    isFull: true,
    text: '0.10',
    none: null,
    left: undefined,
  };

  expect(sent(change, { thing: 'a', body: body as Body }).body).toBe(
    '{"hardLimit":12345678901234567890.123456789,"softLimits":[0.1,1000],"count":2,"isFull":true,"text":"0.10","none":null}',
  );
});

test.each([Number.NaN, Number.POSITIVE_INFINITY])('%s is no number of JSON, and not sent as null', (count) => {
  expect(() => sent(change, { thing: 'a', body: { count } })).toThrow('finite');
});

test('a query holds numbers and booleans; undefined values are left out', () => {
  expect(sent(list, { skip: 0, full: false, name: undefined, q: 'a b' }).path).toBe(
    '/base/v1/list?skip=0&full=false&q=a%20b',
  );
  expect(sent(list, { name: undefined }).path).toBe('/base/v1/list');
});

test.each(['', 'a b', 'a\r\nx-evil: 1', 'ä'])('%j names no target', (projectId) => {
  expect(() => sent(inProject, { projectId })).toThrow(URIError);
});

test('a header names the target; the project of a user is in one only if the target is no project', () => {
  const target = ({ headers }: ReturnType<typeof sent>) => [
    headers['project-id'],
    headers['organization-id'],
    headers.projectid,
  ];

  expect(target(sent(inProject, { projectId: 'p' }))).toEqual(['p', undefined, undefined]);
  expect(target(sent(inProject, { projectId: 'p' }, user))).toEqual(['p', undefined, undefined]);
  expect(target(sent(ofProject, { projectId: 'p' }))).toEqual([undefined, undefined, 'p']);
  expect(target(sent(ofProject, { projectId: 'p' }, user))).toEqual([undefined, undefined, 'p']);
  expect(target(sent(inOrganization, { organizationId: 'q' }, user))).toEqual([undefined, 'q', 'context']);
  expect(target(sent(list, {}, user))).toEqual([undefined, undefined, 'context']);
  const nowhere = credentialOf('oauth', 'user', 'o', NIL_UUID);
  expect(target(sent(list, {}, nowhere))).toEqual([undefined, undefined, undefined]);
});
