import { expect, test } from 'vitest';
import { itemsOf, running, textOf } from './support/running.ts';

const MARKED = /^[a-z0-9]+_CANARY[A-Za-z0-9_-]{37}$/;

test('every token carries the mark in its random part: seeded, of organizations and users, and new', async () => {
  const { call, emulator, organizationToken: token, project } = await running({ tokenMark: 'CANARY' });
  const { organizations, oauth } = emulator.seeded;

  const headers = { 'project-id': project.id };
  const created = await call('POST /v2/projects/tokens', { token, headers, body: { name: 'CI' } });
  const withProject = await call('POST /v1/organization/project', { token, body: { name: 'Billing' } });

  const ids = [
    ...organizations.flatMap((organization) => [
      organization.token,
      ...organization.projects.flatMap(({ tokens }) => tokens.map(({ id }) => id)),
    ]),
    ...oauth.map((user) => user.token),
    textOf(created.body, 'id'),
    ...itemsOf(withProject.body, 'tokens').map(({ id }) => String(id)),
    emulator.createToken(project.id, 'Console'),
  ];
  expect(ids.filter((id) => !MARKED.test(id))).toEqual([]);
  for (const id of [project.tokens[0]!.id, textOf(created.body, 'id')]) {
    expect((await call('GET /v1/accessControl/apitoken/validate', { token: id })).status).toBe(200);
  }
});

test('the mark changes nothing else of the seed', async () => {
  const [plain, marked] = [await running(), await running({ tokenMark: 'CANARY' })];

  const unmarked = JSON.stringify(marked.emulator.seeded).replaceAll('_CANARY--', '_EMULATOR');
  expect(JSON.parse(unmarked)).toEqual(JSON.parse(JSON.stringify(plain.emulator.seeded)));
});

test.for(['abc', 'ninechars', 'CANA/Y', ''])('"%s" is refused as a mark', async (tokenMark) => {
  await expect(running({ tokenMark })).rejects.toThrow(/tokenMark must be 4 to 8/);
});
