import { expect, test } from 'vitest';
import { itemsOf, running } from './support/running.ts';

const SEEDED_TOKEN = /^[a-z]+_EMULATOR[A-Za-z0-9_-]{35}$/;

test('the same seed gives the same platform, another seed another one', async () => {
  const [one, two, other] = [await running({ seed: 7 }), await running({ seed: 7 }), await running({ seed: 8 })];
  const details = async ({ call, projectToken, project }: typeof one) => [
    (await call(`GET /v1/assistant/${project.assistants[0]!.id}?detail=full`, { token: projectToken })).body,
    (await call('GET /v1/organization/request/export?count=50', { token: projectToken })).body,
  ];

  expect(one.emulator.seeded).toEqual(two.emulator.seeded);
  expect(await details(one)).toEqual(await details(two));
  expect(one.emulator.seeded).not.toEqual(other.emulator.seeded);
});

test('a seed does not depend on how much is seeded, and later writes do not change it', async () => {
  const { call, acme, organizationToken: token, project } = await running();
  const large = await running({ projects: 100 });
  const before = structuredClone(JSON.parse(JSON.stringify(acme)));

  await call(`DELETE /v2/projects/tokens/${project.tokens[0]!.id}`, { token });

  expect(acme).toEqual(before);
  expect(large.acme.projects.slice(0, 12)).toEqual(acme.projects);
});

test('every kind of object is seeded', async () => {
  const { emulator, acme, borealis } = await running();
  const projects = [...acme.projects, ...borealis.projects];
  const isUsable = ({ tokens }: (typeof projects)[number]) => tokens.some(({ status }) => status === 'Active');
  const statuses = new Set(projects.flatMap(({ tokens }) => tokens.map(({ status }) => status)));

  expect([acme.name, borealis.name]).toEqual(['Acme Robotics', 'Borealis Bank']);
  expect(acme.projects.some(({ isHidden }) => isHidden)).toBe(true);
  expect(acme.projects.filter((project) => !isUsable(project))).toHaveLength(1);
  expect(statuses).toEqual(new Set(['Active', 'Blocked', 'Revoked']));
  for (const { tokens, assistants } of projects) {
    expect(tokens[0]?.name).toBe('Default');
    expect([2, 3, 4]).toContain(tokens.length);
    expect([2, 3, 4]).toContain(assistants.length);
  }
  expect(new Set(projects.map(({ name }) => name)).size).toBe(projects.length);
  expect(emulator.seeded.oauth).toHaveLength(2);
});

test('10,000 projects start at once, are unique and list fast', async () => {
  const before = process.threadCpuUsage();
  const { call, acme, borealis, organizationToken: token, emulator } = await running({ projects: 10_000 });
  expect(process.threadCpuUsage(before).user).toBeLessThan(3_000_000);

  const { body } = await call('GET /v1/organization/projects?detail=full', { token });
  const rows = itemsOf(body, 'projects');

  expect(rows).toHaveLength(10_000);
  expect(new Set(rows.map(({ projectName }) => projectName)).size).toBe(10_000);
  const every = [...acme.projects, ...borealis.projects];
  expect(new Set(every.map(({ id }) => id)).size).toBe(20_000);
  const last = borealis.projects.at(-1)!;
  const validated = await call('GET /v1/accessControl/apitoken/validate', { token: last.tokens[0]!.id });
  expect(validated.body).toMatchObject({ projectId: last.id, projectName: last.name });
  expect(emulator.seeded.organizations[1]!.projects[9_999]).toBe(last);
});

test('seeded secrets and ids are unique over many projects, and the secrets are visibly fake', async () => {
  const { emulator } = await running({ organizations: 3, projects: 600 });
  const { organizations, oauth } = emulator.seeded;
  const projects = organizations.flatMap((organization) => organization.projects);
  const tokens = [
    ...organizations.map(({ token }) => token),
    ...oauth.map(({ token }) => token),
    ...projects.flatMap((project) => project.tokens.map(({ id }) => id)),
  ];
  const assistants = projects.flatMap((project) => project.assistants.map(({ id }) => id));

  expect(new Set(tokens).size).toBe(tokens.length);
  expect(new Set(assistants).size).toBe(assistants.length);
  expect(tokens.filter((token) => !SEEDED_TOKEN.test(token))).toEqual([]);
});
