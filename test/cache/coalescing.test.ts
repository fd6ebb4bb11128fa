import { describe, expect, test } from 'vitest';
import { codes, query, routes } from '../support/facade.ts';
import { PROJECT_LIST, PROJECT_NAMES, setStage, settled, TOKEN_LIST } from './races.ts';

describe.each(['off', 'memory'])('with CACHE=%s', (cache) => {
  const env = { CACHE: cache };

  test('sixteen callers who ask the same at once cost what one costs', async () => {
    const { proxy, replicas, tokens, emulator } = await setStage(env);
    const [facade] = replicas;
    const held = proxy.holdNext(PROJECT_LIST);
    const answers = Array.from({ length: 16 }, () => facade!.query(PROJECT_NAMES, { token: tokens[0] }));
    const { release } = await held;
    await settled(facade!);
    release();

    const bodies = (await Promise.all(answers)).map(({ text }) => text);
    expect(new Set(bodies).size).toBe(1);
    expect(emulator.calls().map(({ route, count }) => [route, count])).toEqual([[routes.listProjects, 1]]);
  });

  test('a caller with another credential does not wait for a call under way, and sees what is theirs', async () => {
    const { proxy, replicas, tokens, emulator } = await setStage(env);
    const [facade] = replicas;
    const held = proxy.holdNext(PROJECT_LIST);
    const first = facade!.query(PROJECT_NAMES, { token: tokens[0] });
    const { release } = await held;

    const other = await facade!.query(PROJECT_NAMES, { token: tokens[1] });
    release();

    const namesOf = (index: number) => emulator.seeded.organizations[index]!.projects.map(({ name }) => name).sort();
    const shown = (data: { organization: { projects: { nodes: { name: string }[] } } }) =>
      data.organization.projects.nodes.map(({ name }) => name).sort();
    expect(shown(other.data)).toEqual(namesOf(1));
    expect(shown((await first).data)).toEqual(namesOf(0));
  });

  test('the caller whose request began the call may go away: the others get the answer', async () => {
    const { proxy, replicas, tokens, emulator } = await setStage(env);
    const [facade] = replicas;
    const held = proxy.holdNext(PROJECT_LIST);
    const leaving = new AbortController();
    const body = JSON.stringify({ query: PROJECT_NAMES });
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${tokens[0]}` };
    const abandoned = fetch(`${facade!.url}/graphql`, { method: 'POST', headers, body, signal: leaving.signal });
    const { release } = await held;
    const staying = facade!.query(PROJECT_NAMES, { token: tokens[0] });
    await settled(facade!);
    leaving.abort();
    await expect(abandoned).rejects.toThrow();
    await settled(facade!);
    release();

    expect((await staying).data.organization.projects.nodes).not.toEqual([]);
    expect(emulator.calls().map(({ count }) => count)).toEqual([1]);
  });

  test('a call that fails, fails for all who wait for it, and the next one is sent anew', async () => {
    const { proxy, replicas, tokens, emulator } = await setStage(env);
    const [facade] = replicas;
    emulator.setFaults([{ kind: 'status', status: 403, id: 7, route: routes.listProjects, times: 1 }]);
    const held = proxy.holdNext(PROJECT_LIST);
    const answers = [1, 2, 3].map(() => facade!.query(PROJECT_NAMES, { token: tokens[0] }));
    const { release } = await held;
    await settled(facade!);
    release();

    for (const answer of await Promise.all(answers)) expect(codes(answer)).toEqual(['FORBIDDEN']);
    const next = await query(facade!.url, PROJECT_NAMES, { token: tokens[0] });
    expect(next.errors).toBeUndefined();
    expect(emulator.calls().map(({ count }) => count)).toEqual([2]);
  });

  test('a read that starts after a write does not join one from before it', async () => {
    const { proxy, replicas, tokenNames, createToken, emulator } = await setStage(env);
    const [facade] = replicas;
    const held = proxy.holdNext(TOKEN_LIST);
    const before = tokenNames(facade!);
    const { release } = await held;
    await createToken(facade!, 'Made meanwhile');
    emulator.resetCalls();

    const after = tokenNames(facade!);
    // One that joined would be waiting for the answer that is held back.
    await expect.poll(() => facade!.upstream()[routes.listTokens]).toBe(1);
    expect(await after).toContain('Made meanwhile');
    release();
    expect(await before).not.toContain('Made meanwhile');
    expect(await tokenNames(facade!)).toContain('Made meanwhile');
  });
});
