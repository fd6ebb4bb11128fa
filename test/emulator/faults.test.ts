import { brotliDecompressSync, gunzipSync, inflateRawSync, inflateSync } from 'node:zlib';
import { request } from 'undici';
import { expect, test, vi } from 'vitest';
import type { Fault } from '../../emulator/emulator.ts';
import { itemsOf, refusal, running } from './support/running.ts';

const PROJECTS = 'GET /v1/organization/projects';
const CREATE = 'POST /v1/organization/project';

/** The list of projects in the very bytes that were sent. */
async function raw(url: string, token: string) {
  const { headers, body } = await request(`${url}/v1/organization/projects`, {
    headers: { authorization: token, 'accept-encoding': 'identity' },
  });
  return { headers, body: Buffer.from(await body.arrayBuffer()) };
}

async function withFault(fault: Fault) {
  const platform = await running();
  const { call, emulator, organizationToken: token } = platform;
  emulator.setFaults([fault]);
  /** Whether a project was created, asked once the faults are gone. */
  const isCreated = async () => {
    emulator.setFaults([]);
    const { body } = await call(`${PROJECTS}?name=New`, { token });
    return itemsOf(body, 'projects').length === 1;
  };
  return {
    ...platform,
    isCreated,
    list: () => call(PROJECTS, { token }),
    create: () => call(CREATE, { token, body: { name: 'New' } }),
  };
}

test('status: plain text without an id, with Retry-After, and not handled', async () => {
  const { create, isCreated } = await withFault({ route: CREATE, kind: 'status', status: 503, retryAfter: '7' });

  const answer = await create();

  expect(answer).toMatchObject({ status: 503, body: expect.stringContaining('UPSTREAM-TEXT') });
  expect(answer.headers.get('retry-after')).toBe('7');
  expect(answer.headers.get('content-type')).toBe('text/plain');
  expect(await isCreated()).toBe(false);
});

test('status: envelope A with an id', async () => {
  const { list } = await withFault({ route: '*', kind: 'status', status: 429, id: 154 });

  expect(await list()).toMatchObject(refusal(429, 154));
});

test('answer: any status, headers and body, in place of handling the call', async () => {
  const body = { errors: { odd: true } };
  const fault = { kind: 'answer', status: 418, headers: { 'x-odd': 'yes' }, body } as const;
  const { create, isCreated } = await withFault({ route: CREATE, ...fault });

  const answer = await create();

  expect(answer).toMatchObject({ status: 418, body });
  expect(answer.headers.get('x-odd')).toBe('yes');
  expect(await isCreated()).toBe(false);
});

test('answer: a text goes out as it is, and nothing is an empty body under 200', async () => {
  const { emulator, list } = await withFault({ route: PROJECTS, kind: 'answer' });
  expect(await list()).toMatchObject({ status: 200, body: '' });

  emulator.setFaults([{ route: PROJECTS, kind: 'answer', body: '[1, 2', headers: { 'content-type': 'text/html' } }]);
  expect(await list()).toMatchObject({ status: 200, body: '[1, 2' });
});

test.for([
  ['its own body', undefined, { projectName: 'New' }],
  ['another body', { message: 'ok' }, { message: 'ok' }],
])('answer: an applied call has %s under the status of the fault', async ([, body, expected]) => {
  const fault = { kind: 'answer', status: 300, applied: true, body } as const;
  const { create, isCreated } = await withFault({ route: CREATE, ...fault });

  expect(await create()).toMatchObject({ status: 300, body: expected });
  expect(await isCreated()).toBe(true);
});

test.for([
  ['gzip', 'gzip', gunzipSync],
  ['br', 'br', brotliDecompressSync],
  ['deflate', 'deflate', inflateSync],
  ['deflate-raw', 'deflate', inflateRawSync],
] as const)('encode: %s is labelled %s, asked for or not', async ([coding, label, decompress]) => {
  const { emulator, list, organizationToken } = await withFault({ route: PROJECTS, kind: 'encode', coding, times: 1 });

  const { headers, body } = await raw(emulator.url, organizationToken);

  expect(headers['content-encoding']).toBe(label);
  expect(JSON.parse(String(decompress(body)))).toEqual((await list()).body);
});

test.for([
  ['utf-8', 'efbbbf7b22'],
  ['utf-16le', 'fffe7b002200'],
  ['utf-16be', 'feff007b0022'],
] as const)('encode: %s begins with its byte order mark', async ([mark, start]) => {
  const { emulator, organizationToken } = await withFault({ route: PROJECTS, kind: 'encode', mark });

  expect((await raw(emulator.url, organizationToken)).body.toString('hex')).toMatch(new RegExp(`^${start}`));
});

test('encode: padding follows the JSON, and a label may say anything', async () => {
  const fault = { route: PROJECTS, kind: 'encode', padding: 1_000, label: 'x-odd', times: 1 } as const;
  const { emulator, list, organizationToken } = await withFault(fault);

  const { headers, body } = await raw(emulator.url, organizationToken);

  expect(headers['content-encoding']).toBe('x-odd');
  expect(String(body)).toBe(JSON.stringify((await list()).body) + ' '.repeat(1_000));
});

test('drop closes the connection and applies nothing', async () => {
  const { create, isCreated } = await withFault({ route: CREATE, kind: 'drop' });

  await expect(create()).rejects.toThrow('fetch failed');

  expect(await isCreated()).toBe(false);
});

test('loseAnswer closes the connection after the write was applied', async () => {
  const { create, isCreated } = await withFault({ route: CREATE, kind: 'loseAnswer' });

  await expect(create()).rejects.toThrow('fetch failed');

  expect(await isCreated()).toBe(true);
});

test('truncate promises the full length and sends half', async () => {
  const { emulator, organizationToken, list } = await withFault({ route: PROJECTS, kind: 'truncate', times: 1 });

  const response = await fetch(`${emulator.url}/v1/organization/projects`, {
    headers: { authorization: organizationToken },
  });

  expect(response.status).toBe(200);
  const promised = Number(response.headers.get('content-length'));
  await expect(response.text()).rejects.toThrow('terminated');
  expect(promised).toBe(Buffer.byteLength(JSON.stringify((await list()).body)));
});

test('invalidJson is a 200 that cannot be read', async () => {
  const { emulator, organizationToken } = await withFault({ route: '*', kind: 'invalidJson' });

  const response = await fetch(`${emulator.url}/v1/organization/projects`, {
    headers: { authorization: organizationToken },
  });

  expect(response.status).toBe(200);
  await expect(response.json()).rejects.toThrow(SyntaxError);
});

test('errorWith200 is envelope B', async () => {
  const { list } = await withFault({ route: '*', kind: 'errorWith200', code: 1101 });

  expect(await list()).toMatchObject({
    status: 200,
    body: {
      error: { code: 1101, message: expect.stringContaining('UPSTREAM-TEXT') },
      success: false,
      status: 'failed',
      text: '',
    },
  });
});

test('hang never answers, and close ends it', async () => {
  const { emulator, create, isCreated } = await withFault({ route: CREATE, kind: 'hang' });

  const hung = expect(create()).rejects.toThrow('fetch failed');
  await vi.waitFor(() => expect(emulator.calls()).toMatchObject([{ route: CREATE }]));
  expect(await isCreated()).toBe(false);
  await emulator.close();

  await hung;
});

test('latency delays the answer and adds to the general latency', async () => {
  const { list, emulator } = await withFault({ route: PROJECTS, kind: 'latency', ms: 30 });
  emulator.setLatency(30);
  const start = performance.now();

  expect(await list()).toMatchObject({ status: 200 });

  expect(performance.now() - start).toBeGreaterThan(55);
  expect(() => emulator.setLatency(-1)).toThrow(/latencyMs/);
});

test('a fault with times is used up, and one for a route leaves the others alone', async () => {
  const { list, create } = await withFault({ route: PROJECTS, kind: 'status', status: 500, times: 2 });

  expect(await create()).toMatchObject({ status: 200 });
  expect([(await list()).status, (await list()).status, (await list()).status]).toEqual([500, 500, 200]);
});

test('a fault for a project hits what concerns it, by path, header, token in the path and credential', async () => {
  const { call, emulator, organizationToken: token, acme } = await running();
  const [first, second] = acme.projects;
  emulator.setFaults([{ route: '*', project: first!.id, kind: 'status', status: 502 }]);
  const statusesFor = async (project: typeof first) => [
    (await call(`GET /v1/organization/project/${project!.id}/tokens`, { token })).status,
    (await call('POST /v2/projects/tokens', { token, headers: { 'project-id': project!.id }, body: { name: 'X' } }))
      .status,
    (await call(`GET /v2/projects/tokens/${project!.tokens[0]!.id}`, { token })).status,
    (await call('GET /v1/organization/assistants', { token: project!.tokens[0]!.id })).status,
  ];

  expect(await statusesFor(first)).toEqual([502, 502, 502, 502]);
  expect(await statusesFor(second)).toEqual([200, 200, 200, 200]);
  expect((await call(PROJECTS, { token })).status).toBe(200);
});

test('a fault for a route that does not exist is a mistake', async () => {
  const { emulator } = await running();

  expect(() => emulator.setFaults([{ route: 'GET /v1/nothing', kind: 'drop' }])).toThrow(
    /unknown route "GET \/v1\/nothing"/,
  );
});
