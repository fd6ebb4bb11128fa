import { expect, test } from 'vitest';
import { running } from './support/running.ts';

const PROJECTS = 'GET /v1/organization/projects';

test('no control endpoint is open unless asked for', async () => {
  const { call } = await running();

  for (const route of [
    'GET /__control/calls',
    'GET /__control/seed',
    'PUT /__control/faults',
    'PUT /__control/latency',
  ]) {
    expect((await call(route, route.startsWith('PUT') ? { body: [] } : {})).status).toBe(404);
  }
});

test('calls are read and reset, and control calls are not counted', async () => {
  const { call, organizationToken: token } = await running({ control: true });
  await call(PROJECTS, { token });

  await call('GET /__control/nothing');
  expect((await call('GET /__control/calls')).body).toEqual({
    calls: [{ route: PROJECTS, credential: 'organization', count: 1 }],
    maxInFlight: 1,
    roundTrips: 1,
  });

  expect((await call('DELETE /__control/calls')).status).toBe(200);
  expect((await call('GET /__control/calls')).body).toMatchObject({ calls: [] });
});

test('faults are set and cleared', async () => {
  const { call, organizationToken: token } = await running({ control: true });
  const faults = [{ route: PROJECTS, kind: 'status', status: 429, retryAfter: '1', id: 154, times: 5 }];

  expect(await call('PUT /__control/faults', { body: faults })).toMatchObject({ status: 200, body: { faults } });
  expect((await call(PROJECTS, { token })).status).toBe(429);
  await call('DELETE /__control/faults');
  expect((await call(PROJECTS, { token })).status).toBe(200);
});

test.for<[string, unknown, RegExp]>([
  ['no list', {}, /expected a JSON array/],
  ['no object', [1], /faults\[0\] must be an object/],
  ['no kind', [{ route: '*' }], /faults\[0\]\.kind must be one of: latency, status/],
  ['an inherited kind', [{ route: '*', kind: 'toString' }], /kind must be one of/],
  ['no route', [{ kind: 'drop' }], /faults\[0\]\.route must be a text/],
  ['an unknown route', [{ kind: 'drop', route: 'GET /x' }], /unknown route "GET \/x"/],
  [
    'no ms',
    [
      { kind: 'drop', route: '*' },
      { kind: 'latency', route: '*' },
    ],
    /faults\[1\]\.ms must be a whole number/,
  ],
  [
    'a status that is none',
    [{ kind: 'status', route: '*', status: 99 }],
    /status must be a whole number from 200 to 599/,
  ],
  [
    'a coding that is none',
    [{ kind: 'encode', route: '*', coding: 'lzw' }],
    /coding must be one of: gzip, br, deflate/,
  ],
  ['headers that are none', [{ kind: 'answer', route: '*', headers: [1] }], /headers must be an object of texts/],
  ['a truth that is none', [{ kind: 'answer', route: '*', applied: 1 }], /applied must be true or false/],
  ['no times at all', [{ kind: 'hang', route: '*', times: 0 }], /times must be a whole number from 1/],
  ['no JSON', '[', /JSON/],
])('a list of faults with %s is refused in plain words', async ([, body, message]) => {
  const { call } = await running({ control: true });

  expect(await call('PUT /__control/faults', { body })).toMatchObject({
    status: 400,
    body: { message: expect.stringMatching(message) },
  });
});

test('latency is set', async () => {
  const { call, organizationToken: token } = await running({ control: true });

  expect(await call('PUT /__control/latency', { body: { ms: 50 } })).toMatchObject({ status: 200, body: { ms: 50 } });
  const start = performance.now();
  await call(PROJECTS, { token });
  expect(performance.now() - start).toBeGreaterThan(45);
  for (const body of [{}, { ms: '5' }, { ms: -1 }, null]) {
    expect((await call('PUT /__control/latency', { body })).status).toBe(400);
  }
});

test('the seed is what the program sees', async () => {
  const { call, emulator } = await running({ control: true });

  expect((await call('GET /__control/seed')).body).toEqual(JSON.parse(JSON.stringify(emulator.seeded)));
});
