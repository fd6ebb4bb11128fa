import { expect, test } from 'vitest';
import { UNRESTRICTED } from '../../src/access/principal.ts';
import { Refusal } from '../../src/access/refusal.ts';
import { CredentialError, refusedCaller } from '../../src/credentials/errors.ts';
import { presenter } from '../../src/request/presenter.ts';
import { Secret } from '../../src/values/secret.ts';

const OWN = [{ secret: new Secret('keyring_token'), oauthProjectId: null }];
const CALLER = { authorization: 'Bearer callers_token' };
const config = { tokenHeader: 'authorization' } as const;

const refused = {
  get principal(): never {
    throw refusedCaller(new Refusal('EXPIRED'));
  },
};

test('the keyring is for callers who are let in, and nothing of theirs is among it', () => {
  expect(presenter({ config, keyring: OWN }, CALLER, { principal: UNRESTRICTED })()).toBe(OWN);
  expect(presenter({ config, keyring: OWN }, CALLER, refused)).toThrow(CredentialError);
});

test('without a keyring the tokens are the callers own', () => {
  const present = presenter({ config, keyring: null }, CALLER, { principal: UNRESTRICTED });

  expect(present()).toEqual([{ secret: new Secret('callers_token'), oauthProjectId: null }]);
  expect(present()).toBe(present());
});

test.each([
  ['authorization', '`Authorization: Bearer <token>`, or in `geai-tokens`'],
  ['geai-tokens', '`geai-tokens: <token>`'],
] as const)('a request without a token is told where one is read, with %s', (tokenHeader, place) => {
  const nothing = tokenHeader === 'authorization' ? {} : { authorization: 'Bearer callers_token' };
  const present = presenter({ config: { tokenHeader }, keyring: null }, nothing, { principal: UNRESTRICTED });

  expect(present).toThrow(`Send a platform token as ${place}.`);
});
