import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { request } from 'undici';
import { describe, expect, test, vi } from 'vitest';
import { PIECE } from '../../src/graphql/answerText.ts';
import { answerStream, writeLarge } from '../../src/http/largeAnswer.ts';
import { readAnswer, readLongAnswer } from '../../src/platform/client/answer.ts';
import type { Credential } from '../../src/platform/client/credential.ts';
import type { Endpoint } from '../../src/platform/client/endpoint.ts';
import { LIST_STRETCH } from '../../src/platform/client/lists.ts';
import { JSON_PIECE, parseLong } from '../../src/platform/client/longJson.ts';
import { AT_ONCE, type Pacer } from '../../src/platform/client/pacer.ts';
import type { Answer } from '../../src/platform/client/transport.ts';
import { listProjectIds, listProjects } from '../../src/platform/resources/projects.ts';
import { RUN } from '../../src/request/paging/ordering.ts';
import { listing, orders } from '../../src/request/paging/pagination.ts';
import { caches, credentialOf, scriptedPlatform } from '../platform/scripted.ts';

/** Turns that are counted, and passed at once. */
function counted(): Pacer & { turns: number } {
  const pacer = {
    turns: 0,
    resume: () => null,
    next: async () => {
      pacer.turns += 1;
    },
  };
  return pacer;
}

describe('a long list', () => {
  const keyed = () => listing<{ key: string; tie: string }>('things', ({ key }) => key, ({ tie }) => tie); // biome-ignore format: one line
  const longList = fc
    .tuple(
      fc.array(fc.string({ maxLength: 2 }), { minLength: 1, maxLength: 40 }),
      fc.integer({ min: RUN, max: 5 * RUN }),
    )
    .map(([keys, size]) =>
      Array.from({ length: size }, (_, index) => {
        // Some are equal in both, and far from each other.
        const at = (index * 7_919) % size;
        return { key: keys[at % keys.length] ?? '', tie: String(at % 3), index };
      }),
    );

  test('is ordered in stretches as it is at once', async () => {
    await fc.assert(
      fc.asyncProperty(longList, async (items) => {
        const [inTurns, atOnce] = [keyed(), keyed()];
        await inTurns.prepare(items, counted());
        expect(inTurns.inOrder(items)).toEqual(atOnce.inOrder([...items]));
      }),
      { numRuns: 20 },
    );
  });

  test.each([499, 500])('of %i elements that is read, joined or kept takes a turn if it is long', async (size) => {
    const platform = scriptedPlatform(caches());
    const pacer = { ...AT_ONCE, resume: vi.fn(AT_ONCE.resume) };
    const ask = () =>
      platform
        .session(pacer)
        .as(credentialOf('organization', 'one', 'organization'))
        .call(listProjects, {});
    const [first, joined] = [ask(), ask()];
    await vi.waitUntil(() => platform.sent.length === 1);
    platform.sent[0]?.answer({
      projects: Array.from({ length: size }, () => ({ projectId: randomUUID(), projectName: 'x' })),
    });
    await Promise.all([first, joined]);
    await ask();

    expect(platform.sent).toHaveLength(1);
    expect(pacer.resume).toHaveBeenCalledTimes(size < 500 ? 0 : 3);
  });

  test('is ordered once for all who ask meanwhile, in either direction', async () => {
    const items = Array.from({ length: 4 * RUN }, (_, index) => ({ key: String(index % 97), tie: String(index) }));
    const compared = { count: 0 };
    const byKey = listing<(typeof items)[number]>(
      'things',
      ({ key }) => {
        compared.count += 1;
        return key;
      },
      ({ tie }) => tie,
    );
    const choose = orders({ KEY: byKey });
    const [turns, other] = [counted(), counted()];
    const descending = choose({ field: 'KEY', direction: 'DESC' });
    const asked = [turns, turns, other].map((pacer) => byKey.prepare(items, pacer));
    await Promise.all([...asked, descending.prepare(items, turns)]);

    // Four runs, two pairs of them, the two that those make, the numbers of equal ones, and one to go on.
    expect(turns.turns).toBe(4 + 2 + 1 + 1 + 1);
    expect(other.turns).toBe(1);
    expect(byKey.inOrder(items)).toHaveLength(items.length);
    expect(descending.inOrder(items)).toHaveLength(items.length);
    expect(compared.count).toBe(items.length);
    expect(byKey.prepare(items, turns)).toBeNull();
  });

  test('waits for nothing if it is short', () => {
    const items = Array.from({ length: RUN }, (_, index) => ({ key: String(index), tie: '' }));
    expect(keyed().prepare(items, counted())).toBeNull();
  });
});

describe('a long text of JSON', () => {
  const parse = (text: string): unknown => {
    try {
      return JSON.parse(text);
    } catch {
      return undefined;
    }
  };
  const name = fc.oneof(fc.string({ maxLength: 3 }), fc.constantFrom('__proto__', 'a', 'b'));
  const list = fc.array(fc.jsonValue({ maxDepth: 2, stringUnit: 'binary' }), { maxLength: 12 });
  const member = fc.tuple(name, fc.oneof(list, fc.jsonValue({ maxDepth: 1 })));
  // As text: a value has no member twice.
  const object = fc
    .array(member, { maxLength: 4 })
    .map((all) => `{${all.map(([key, value]) => `${JSON.stringify(key)}: ${JSON.stringify(value)}`).join(',')}}`);
  const whole = fc.oneof(
    object,
    list.map((value) => JSON.stringify(value, null, 1)),
  );
  const damaged = fc
    .tuple(whole, fc.nat(), fc.nat({ max: 2 }), fc.constantFrom(...'[]{},:"\\ 1'))
    .map(([text, place, cut, put]) => {
      const at = place % (text.length + 1);
      return text.slice(0, at) + put + text.slice(at + cut);
    });
  const comma = fc.tuple(whole, fc.nat()).map(([text, place]) => {
    const ends = [...text.matchAll(/[,\]]/g)].map(({ index }) => index);
    const at = ends[place % ends.length] ?? 0;
    return `${text.slice(0, at)},${text.slice(at)}`;
  });
  const loose = fc.array(fc.constantFrom(...'[]{},:"\\ 1', '"a":', '[1,2]'), { maxLength: 16 }).map((all) => all.join('')); // biome-ignore format: one line

  test('is read in stretches as JSON.parse reads it, and refused where that refuses', async () => {
    const text = fc.oneof(whole, damaged, comma, loose);
    await fc.assert(
      fc.asyncProperty(text, fc.integer({ min: 0, max: 20 }), async (json, length) => {
        const [found, expected] = [await parseLong(json, parse, counted(), length), parse(json)];
        expect(found).toEqual(expected);
        // In the same order, and `__proto__` as a member.
        expect(JSON.stringify(found)).toBe(JSON.stringify(expected));
      }),
      { numRuns: 3_000 },
    );
  });

  test.each([
    ['the whole', (items: object[]) => items],
    ['a member', (items: object[]) => ({ organizationId: '1', few: [1, 2], projects: items, more: [items[0]] })],
  ])('takes a turn for each piece of a list that is %s', async (_place, of) => {
    const items = Array.from({ length: 20_000 }, (_, id) => ({ id, name: `Project ${id}`, texts: ['a, ]', '}"\\'] }));
    const text = JSON.stringify(of(items));
    const longest = { length: 0 };
    const turns = counted();
    const noted = (piece: string) => {
      longest.length = Math.max(longest.length, piece.length);
      return JSON.parse(piece);
    };

    expect(await parseLong(text, noted, turns)).toEqual(of(items));
    expect(turns.turns).toBe(Math.floor(text.length / JSON_PIECE));
    expect(longest.length).toBeLessThan(JSON_PIECE + 200);
  });
});

describe('a long answer of the platform', () => {
  const credential = { organizationId: 'ef0a4e35-0a2c-4d4b-9b0a-6f4f0d5b6a01' } as Credential;
  const answerOf = (body: string, status = 200): Answer => ({ status, headers: {}, body });
  const projects = Array.from({ length: 5 * LIST_STRETCH }, (_, index) => ({
    projectId: index % 7 === 0 ? 'none' : `ef0a4e35-0a2c-4d4b-9b0a-${String(index).padStart(12, '0')}`,
    projectName: index % 11 === 0 ? {} : `Project ${index}`,
  }));
  const whole = JSON.stringify({ projects });

  test.each([
    ['a list with elements that cannot be read', answerOf(whole)],
    ['a failure beside a list', answerOf(JSON.stringify({ projects, errors: [{ id: 5 }] }))],
    ['a status of failure', answerOf(whole, 503)],
    ['half a text', answerOf(whole.slice(0, -1))],
    ['a list of another name', answerOf(JSON.stringify({ others: projects }))],
    ['a page of HTML', answerOf(`<html>${'<p>'.repeat(100_000)}`)],
  ])('says the same in stretches as at once: %s', async (_what, answer) => {
    for (const endpoint of [listProjects, listProjectIds] as Endpoint<never, never>[]) {
      const atOnce = readAnswer(endpoint, answer, credential);
      expect(await readLongAnswer(endpoint, answer, credential, counted())).toEqual(atOnce);
    }
  });

  test('takes a turn for each stretch of its elements', async () => {
    const turns = counted();
    await readLongAnswer(listProjects, answerOf(whole), credential, turns);

    // The first for its text, and the next for its elements.
    expect(turns.turns).toBe(1 + Math.floor(whole.length / JSON_PIECE) + 5);
  });
});

describe('a large answer', () => {
  test('is written in pieces whose bytes are those of the text', async () => {
    // One letter before moves pairs across the ends of pieces.
    for (const text of [
      'x'.repeat(3 * PIECE),
      `x${'😀'.repeat(PIECE)}`,
      `${'😀'.repeat(PIECE)}x`,
      `é${'é'.repeat(PIECE)}`,
    ]) {
      const turns = counted();
      const pieces: string[] = [];
      for await (const piece of answerStream(text, turns)) pieces.push(piece);

      expect(Buffer.concat(pieces.map((piece) => Buffer.from(piece))).equals(Buffer.from(text))).toBe(true);
      expect(turns.turns).toBe(pieces.length);
      for (const piece of pieces) expect(piece.length).toBeLessThanOrEqual(PIECE + 1);
    }
  });

  /** Pieces that the kernel does not take at once, and their bytes. */
  const made = () => {
    const pieces = Array.from({ length: 8 }, (_, index) => new Uint8Array(2 * 1024 * 1024 + index).fill(index));
    return { pieces, bytes: Buffer.concat(pieces) };
  };

  /** A server that writes the pieces, and what became of it. */
  async function writing(pieces: readonly Uint8Array<ArrayBuffer>[]) {
    const ended = Promise.withResolvers<void>();
    const server = createServer((_request, answer) => {
      writeLarge(answer, pieces, counted()).then(ended.resolve, ended.reject);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const close = () => new Promise((resolve) => server.close(resolve).closeAllConnections());
    return { url: `http://127.0.0.1:${port}`, ended: ended.promise, close };
  }

  test('arrives whole, and each piece is freed with its writing, not before', async () => {
    const { pieces, bytes } = made();
    const { url, ended, close } = await writing(pieces);
    const { body } = await request(url);
    await once(body, 'readable');
    expect(pieces.at(-1)?.byteLength).toBeGreaterThan(0);

    expect(Buffer.from(await body.arrayBuffer()).equals(bytes)).toBe(true);
    await ended;
    expect(pieces.map(({ byteLength }) => byteLength)).toEqual(pieces.map(() => 0));
    await close();
  });

  test('ends without an error when its caller leaves', async () => {
    const { pieces } = made();
    const { url, ended, close } = await writing(pieces);
    const { body } = await request(url);
    await once(body, 'readable');
    body.destroy();

    await ended;
    expect(pieces.at(-1)?.byteLength).toBeGreaterThan(0);
    await close();
  });
});
