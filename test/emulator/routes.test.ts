import { describe, expect, test } from 'vitest';
import { ROUTE_NAMES } from '../../emulator/server.ts';
import { refusal, running } from './support/running.ts';

const NOWHERE = '5c2d8e90-1f4b-4a77-9e36-0d1b2c3d4e44';

describe.each([...ROUTE_NAMES])('%s', (name) => {
  const route = name.replaceAll(/\{\w+\}/g, NOWHERE);

  test('takes no call without a credential that is known', async () => {
    const { call } = await running({ projects: 1, organizations: 1 });

    expect(await call(route)).toMatchObject(refusal(401, 401));
    expect(await call(route, { token: 'unknown' })).toMatchObject(refusal(401, 6));
  });

  test('can be made to fail, and is counted', async () => {
    const { call, emulator, organizationToken: token } = await running({ projects: 1, organizations: 1 });
    emulator.setFaults([{ route: name, kind: 'status', status: 503 }]);

    expect((await call(route, { token })).status).toBe(503);
    expect(emulator.calls()).toEqual([{ route: name, credential: 'organization', count: 1 }]);
  });

  test('refuses with 400 alone in the strict-documentation mode', async () => {
    const { call, emulator, organizationToken, projectToken, user } = await running({
      projects: 1,
      organizations: 1,
      strict400: true,
    });
    const headers = { ProjectId: user.projectId };
    const { token: administrator } = emulator.seeded.systemAdministrator;

    for (const token of [organizationToken, projectToken, user.token, administrator]) {
      expect([200, 400]).toContain((await call(route, { token, headers })).status);
    }
  });
});
