import { afterEach, expect, test, vi } from 'vitest';
import { Token } from '../../emulator/token.ts';
import { itemsOf, refusal, running } from './support/running.ts';

const VALIDATE = 'GET /v1/accessControl/apitoken/validate';

afterEach(() => {
  vi.useRealTimers();
});

/** Moves the clock of the emulator; nothing waits. */
function passes(ms: number): void {
  if (!vi.isFakeTimers()) vi.useFakeTimers({ toFake: ['Date'], now: Date.now() });
  vi.setSystemTime(Date.now() + ms);
}

async function withToken(options: Parameters<typeof running>[0]) {
  passes(0);
  const platform = await running({ control: true, ...options });
  const { call, organizationToken, project, projectToken } = platform;
  const manage = (method: string, body?: object) =>
    call(`${method} /v2/projects/tokens/${projectToken}`, { token: organizationToken, ...(body && { body }) });
  const listed = async () => {
    const { body } = await call(`GET /v1/organization/project/${project.id}/tokens`, { token: organizationToken });
    return itemsOf(body, 'tokens');
  };
  const use = (token = projectToken) => call(VALIDATE, { token });
  return { ...platform, manage, listed, use };
}

test('with a status delay a block shows at once and applies later, and so does its end', async () => {
  const { manage, listed, use, emulator, project } = await withToken({ statusDelayMs: 2_000 });

  await manage('PUT', { status: 'blocked' });
  expect((await manage('GET')).body).toMatchObject({ status: 'Blocked' });
  expect((await listed())[0]).toMatchObject({ status: 'Blocked' });
  expect(emulator.tokens(project.id)[0]).toMatchObject({ status: 'Blocked', isAccepted: true });
  passes(1_999);
  expect(await use()).toMatchObject({ status: 200 });
  passes(1);
  expect(await use()).toMatchObject(refusal(401, 6));
  expect(emulator.tokens(project.id)[0]).toMatchObject({ status: 'Blocked', isAccepted: false });

  await manage('PUT', { status: 'active' });
  expect(await use()).toMatchObject(refusal(401, 6));
  passes(2_000);
  expect(await use()).toMatchObject({ status: 200 });
});

test('a revocation applies late too, and is final at once', async () => {
  const { manage, use } = await withToken({ statusDelayMs: 2_000 });

  await manage('DELETE');
  expect(await manage('PUT', { status: 'active' })).toMatchObject(refusal(400, 2032));
  expect(await use()).toMatchObject({ status: 200 });
  passes(2_000);
  expect(await use()).toMatchObject(refusal(401, 6));
});

test('with a list delay a change applies at once and shows in the list later', async () => {
  const { manage, listed, use } = await withToken({ listDelayMs: 500 });

  await manage('PUT', { status: 'blocked' });
  expect(await use()).toMatchObject(refusal(401, 6));
  expect((await manage('GET')).body).toMatchObject({ status: 'Blocked' });
  expect((await listed())[0]).toMatchObject({ status: 'Active' });
  passes(500);
  expect((await listed())[0]).toMatchObject({ status: 'Blocked' });
});

test('with a list delay a new token works before the list shows it', async () => {
  const { emulator, listed, use, project } = await withToken({ listDelayMs: 500 });

  const id = emulator.createToken(project.id, 'Console');
  expect(await use(id)).toMatchObject({ status: 200 });
  expect((await listed()).map((item) => item.id)).not.toContain(id);
  expect(emulator.tokens(project.id).map((token) => token.id)).toContain(id);
  passes(500);
  expect((await listed()).map((item) => item.id)).toContain(id);
});

test('a delay that is changed counts for the changes after it', async () => {
  const { call, emulator, manage, use } = await withToken({ statusDelayMs: 60_000 });

  await manage('PUT', { status: 'blocked' });
  expect(await call('PUT /__control/status-delay', { body: { ms: 0 } })).toMatchObject({ status: 200 });
  expect(await use()).toMatchObject({ status: 200 });
  await manage('PUT', { status: 'blocked' });
  expect(await use()).toMatchObject(refusal(401, 6));

  expect(await call('PUT /__control/list-delay', { body: { ms: 7 } })).toMatchObject({ status: 200, body: { ms: 7 } });
  for (const ms of [-1, 600_001, 0.5]) {
    expect(() => emulator.setStatusDelay(ms)).toThrow(/statusDelayMs must be a whole number/);
    expect(() => emulator.setListDelay(ms)).toThrow(/listDelayMs must be a whole number/);
  }
});

test('of two changes the one recorded last wins, even when the first applies later', () => {
  const row = { id: 'a', name: 'A', description: null, status: 'Active', timestamp: '' } as const;
  const token = new Token(row);

  token.setStatus('Blocked', 1_000, { statusMs: 500, listMs: 0 });
  token.setStatus('Active', 1_100, { statusMs: 0, listMs: 0 });

  expect([1_100, 1_499, 1_500, 9_999].map((now) => token.isAccepted(now))).toEqual([true, true, true, true]);
  expect(token.listedStatus(1_500)).toBe('Active');
});
