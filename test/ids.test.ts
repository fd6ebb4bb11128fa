import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createIds } from '../src/values/ids.ts';
import { Secret } from '../src/values/secret.ts';

const KEY = 'a-key-of-the-test-a-key-of-the-test';
const ids = createIds(new Secret(KEY));
const PROJECT = 'd3a1c9b4-7e21-4f4e-8a5d-2b9c6e0f4d22';

const uuid = fc.uuid();
/** Platform tokens: a word and 43 url-safe base64 characters. */
const token = fc
  .tuple(fc.stringMatching(/^[a-z0-9]{1,12}$/), fc.stringMatching(/^[A-Za-z0-9_-]{43}$/))
  .map(([word, value]) => `${word}_${value}`)
  // Eight of one character in a row are a mask.
  .filter((value) => !/(.)\1{7}/.test(value));

const hashed = (value: string, name = 'Default', createdAt: string | null = null) => ({
  secret: new Secret(value),
  name,
  createdAt,
});
const tokenId = (projectId: string, value: string) => ids.apiTokenId(projectId, hashed(value));

const READERS = [ids.readApiTokenId, ids.readAssistantId];

test('an id of a token says its project, and the hash by which the token is known', () => {
  fc.assert(
    fc.property(uuid, token, (projectId, value) => {
      expect(ids.readApiTokenId(tokenId(projectId, value))).toEqual({
        projectId,
        tokenHash: ids.apiTokenHash(hashed(value)),
      });
      expect(ids.writeApiTokenId(ids.readApiTokenId(tokenId(projectId, value))!)).toBe(tokenId(projectId, value));
    }),
  );
});

test('an id of an assistant says its project and itself', () => {
  fc.assert(
    fc.property(uuid, uuid, (projectId, assistantId) => {
      expect(ids.readAssistantId(ids.assistantId(projectId, assistantId))).toEqual({ projectId, assistantId });
    }),
  );
});

test('ids go into a URL as they are', () => {
  fc.assert(
    fc.property(uuid, uuid, token, (projectId, assistantId, value) => {
      for (const id of [ids.assistantId(projectId, assistantId), tokenId(projectId, value)]) {
        expect(encodeURIComponent(id)).toBe(id);
      }
    }),
  );
});

test('ids that differ name different things, and the same thing has the same id', () => {
  fc.assert(
    fc.property(uuid, uuid, token, token, (projectA, projectB, tokenA, tokenB) => {
      const isSame = projectA === projectB && tokenA === tokenB;
      expect(tokenId(projectA, tokenA) === tokenId(projectB, tokenB)).toBe(isSame);
      expect(tokenId(projectA, tokenA)).toBe(tokenId(projectA, tokenA));
    }),
  );
});

test('UUIDs in capitals give the same id', () => {
  fc.assert(
    fc.property(uuid, uuid, token, (projectId, assistantId, value) => {
      expect(ids.assistantId(projectId.toUpperCase(), assistantId.toUpperCase())).toBe(
        ids.assistantId(projectId, assistantId),
      );
      expect(tokenId(projectId.toUpperCase(), value)).toBe(tokenId(projectId, value));
    }),
  );
});

describe('the id of a token', () => {
  test('is the same on every replica with the same key, and another under another key', () => {
    const replica = createIds(new Secret(KEY));
    const stranger = createIds(new Secret(`${KEY}.`));
    fc.assert(
      fc.property(uuid, token, (projectId, value) => {
        expect(replica.apiTokenId(projectId, hashed(value))).toBe(tokenId(projectId, value));
        expect(stranger.apiTokenId(projectId, hashed(value))).not.toBe(tokenId(projectId, value));
      }),
    );
  });

  test('holds no part of the token, in none of the forms that it can be read in', () => {
    fc.assert(
      fc.property(token, (value) => {
        // One id of a project for all: an odd one may look like a part of an odd token.
        const id = tokenId(PROJECT, value);
        const bytes = Buffer.from(id, 'base64url');
        const forms = [id, bytes.toString('latin1'), bytes.toString('hex')];
        for (let start = 0; start + 6 <= value.length; start += 1) {
          const part = value.slice(start, start + 6);
          // Hexadecimal text has few characters; parts that could be chance say nothing there.
          expect(forms.slice(0, 2).some((form) => form.includes(part))).toBe(false);
        }
        expect(forms.some((form) => form.includes(Buffer.from(value.slice(0, 6)).toString('hex')))).toBe(false);
      }),
    );
  });

  test('does not depend on what can change, or be unknown, about a token whose value is known', () => {
    fc.assert(
      fc.property(token, fc.string(), fc.string(), (value, name, createdAt) => {
        expect(ids.apiTokenHash(hashed(value, name, createdAt))).toBe(ids.apiTokenHash(hashed(value)));
      }),
    );
  });

  test('tells tokens apart whose values are masked, by their names and times', () => {
    const masked = 'default_*******AzY4';
    const differing = [
      hashed(masked, 'Default', '2026-01-01T00:00:00.000Z'),
      hashed(masked, 'Default', '2026-01-02T00:00:00.000Z'),
      hashed(masked, 'CI', '2026-01-01T00:00:00.000Z'),
      hashed(masked, 'Default', null),
      hashed('default_*******AzY5', 'Default', null),
    ];

    expect(new Set(differing.map(ids.apiTokenHash)).size).toBe(differing.length);
    expect(ids.apiTokenHash(hashed(masked, 'CI', null))).toBe(ids.apiTokenHash(hashed(masked, 'CI', null)));
  });
});

describe('is not read as an id', () => {
  test('one of another kind', () => {
    fc.assert(
      fc.property(uuid, uuid, token, (projectId, assistantId, value) => {
        expect(ids.readAssistantId(tokenId(projectId, value))).toBeNull();
        expect(ids.readApiTokenId(ids.assistantId(projectId, assistantId))).toBeNull();
      }),
    );
  });

  test('any text, a UUID or a token', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.base64String(), uuid, token), (text) => {
        for (const read of READERS) expect(read(text)).toBeNull();
      }),
    );
  });

  test('one that was cut, or has something added', () => {
    fc.assert(
      fc.property(uuid, uuid, fc.nat(43), fc.stringMatching(/^[A-Za-z0-9_=+/ -]{1,4}$/), (project, other, at, more) => {
        const id = ids.assistantId(project, other);
        expect(ids.readAssistantId(id.slice(0, at))).toBeNull();
        expect(ids.readAssistantId(id.slice(0, at) + more + id.slice(at))).toBeNull();
      }),
    );
  });

  test('a second spelling of the same bytes: for each object there is one id', () => {
    fc.assert(
      fc.property(uuid, uuid, (projectId, assistantId) => {
        const id = ids.assistantId(projectId, assistantId);
        const spellings = [`${id}=`, `${id}==`, ` ${id}`, `${id}\n`, Buffer.from(id, 'base64url').toString('base64')];
        for (const spelling of spellings.filter((one) => one !== id)) {
          expect(ids.readAssistantId(spelling)).toBeNull();
        }
      }),
    );
  });
});

test('an altered id never names what the true one named', () => {
  fc.assert(
    fc.property(uuid, token, fc.nat(43), fc.constantFrom(...'AQgw_-09azZ'), (projectId, value, at, letter) => {
      const id = tokenId(projectId, value);
      fc.pre(id[at] !== letter);
      const altered = id.slice(0, at) + letter + id.slice(at + 1);
      expect(ids.readApiTokenId(altered)).not.toEqual(ids.readApiTokenId(id));
    }),
  );
});
