import { expect, test } from 'vitest';
import type { Credential } from '../../src/platform/client/credential.ts';
import { operations } from '../../src/platform/client/operations.ts';
import { type CallArguments, exchangeOf } from '../../src/platform/client/request.ts';
import { Secret } from '../../src/values/secret.ts';

const credential = { kind: 'organization', secret: new Secret('organization_token'), projectId: null } as Credential;
const exchange = (args: CallArguments) => exchangeOf('', operations.createProject, credential, args);

test.each<[string, CallArguments]>([
  ['a query', { query: { assistantName: 'a\ud800' } }],
  ['a body', { body: { name: '\udc00' } }],
  ['the depth of a body', { body: { usageLimit: { unit: ['fine', '\ud83d'] } } }],
])('half of a surrogate pair in %s is not sent', (_where, args) => {
  expect(() => exchange(args)).toThrow(URIError);
});

test('half of a surrogate pair in a path is not sent', () => {
  expect(() => exchangeOf('', operations.getProject, credential, { id: '\ud800' })).toThrow(URIError);
});

test('a whole pair is sent as it is', () => {
  const { body } = exchange({ body: { name: '😀 \\ud800' } });

  expect(JSON.parse(body ?? '')).toEqual({ name: '😀 \\ud800' });
});
