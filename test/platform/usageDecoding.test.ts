import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { NoCache } from '../../src/cache/none.ts';
import type { Credential, CredentialKind, Fingerprint } from '../../src/platform/client/credential.ts';
import { Platform } from '../../src/platform/platform.ts';
import { exportRequests, exportRequestsWithContent } from '../../src/platform/resources/requests.ts';
import { listProjectLimits } from '../../src/platform/resources/usageLimits.ts';
import { Secret } from '../../src/values/secret.ts';

/** A platform that answers every call with one body; asks it as a credential of one kind. */
async function answering<Kind extends CredentialKind>(kind: Kind, body: unknown) {
  const server = createServer((_request, response) => response.end(JSON.stringify(body)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const baseUrl = new URL(`http://127.0.0.1:${port}`);
  const caches = { answers: new NoCache(), identities: new NoCache() };
  const platform = new Platform({ baseUrl, attemptTimeoutMs: 5_000, deadlineMs: 5_000 }, caches);
  onTestFinished(async () => {
    await platform.close();
    server.close();
  });
  const credential: Credential<Kind> = {
    kind,
    secret: new Secret('x'),
    fingerprint: 'x' as Fingerprint,
    organizationId: null,
    organizationName: null,
    projectId: null,
  };
  return platform.session(() => undefined).as(credential);
}

const requestsOf = async (items: unknown) =>
  (await answering('project', { items })).call(exportRequestsWithContent, { skip: 0, count: 10 });

test('a request without a single member is a request of which nothing is known', async () => {
  const [request] = await requestsOf([{}]);

  expect(request).toEqual({
    tokenLabel: null,
    answeredBy: null,
    status: 'UNRECOGNIZED',
    startedAt: null,
    finishedAt: null,
    cost: null,
    durationMs: null,
    module: null,
    session: null,
    content: { input: null, output: null, prompt: null },
  });
});

test('statuses that are not known survive, N/D is no assistant, and a missing duration follows from the times', async () => {
  const times = { timestamp: '2026-01-12T10:00:00.000', endTimestamp: '2026-01-12T10:00:01.500Z' };
  const items = [
    { status: 'queued', assistant: 'N/D', cost: 4.2e-7, ...times },
    { status: 'Completed', assistant: 'Greeter', cost: '0.10', elapsedTimeMs: '12' },
  ];
  const [odd, plain] = await requestsOf(items);

  expect(odd).toMatchObject({ status: 'UNRECOGNIZED', answeredBy: null, durationMs: 1500 });
  expect([odd?.startedAt, String(odd?.cost)]).toEqual(['2026-01-12T10:00:00.000Z', '0.00000042']);
  expect(plain).toMatchObject({ status: 'SUCCEEDED', answeredBy: 'Greeter', durationMs: 12 });
  expect(String(plain?.cost)).toBe('0.1');
});

test('the name of a token is a secret, since it may be one', async () => {
  const [request] = await requestsOf([{ apiToken: 'Default' }]);

  expect(JSON.stringify(request)).not.toContain('Default');
  expect(request?.tokenLabel?.equals(new Secret('Default'))).toBe(true);
});

test('content is not kept unless it is asked for', async () => {
  const client = await answering('project', { items: [{ inputText: 'hi', output: 'Hello' }] });
  const [request] = await client.call(exportRequests, { skip: 0, count: 1 });

  expect(request?.content).toBeNull();
});

test.each([[{}], [{ items: null }], [{ items: [] }]])('%j is the end of the export', async (body) => {
  const client = await answering('project', body);

  expect(await client.call(exportRequests, { skip: 0, count: 1 })).toEqual([]);
});

const limitsOf = async (body: unknown) =>
  (await answering('organization', body)).call(listProjectLimits, { organizationId: 'o', projectId: 'p' });
const LIMIT = { hardLimit: 2000.0, usedAmount: 0.01613888, status: 9, subscriptionType: 'Annual', usageUnit: 'Cost' };

test.each([
  [{ usageLimits: [LIMIT] }],
  [{ limits: [LIMIT] }],
  [{ usageLimits: [], limits: [LIMIT] }],
  [{ usageLimits: null, limits: [LIMIT] }],
  [LIMIT],
])('limits are read from %j, unknown values and missing members too', async (body) => {
  const [limit] = (await limitsOf(body)).records;

  expect(limit).toMatchObject({ status: 'UNRECOGNIZED', period: 'UNRECOGNIZED', unit: 'COST', softLimit: null });
  expect([String(limit?.hardLimit), String(limit?.used)]).toEqual(['2000', '0.01613888']);
});

test.each([[{}], [{ usageLimits: [] }], [{ limits: null }]])('%j is no limit', async (body) => {
  expect(await limitsOf(body)).toEqual({ records: [], unreadableCount: 0 });
});
