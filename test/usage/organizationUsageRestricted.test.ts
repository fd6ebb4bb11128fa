import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { codes, routes } from '../support/facade.ts';
import { type Issuer, jwtMode, startIssuer } from '../support/issuer.ts';
import { DAILY, exportsOf, type Group, startUsage, type UsageFacade } from './groups.ts';
import { sumsOf } from './platform.ts';

let issuer: Issuer;
let plain: UsageFacade;
let facade: UsageFacade;

beforeAll(async () => {
  issuer = await startIssuer();
  plain = await startUsage({ projects: 3 });
  const env = { ...jwtMode(issuer, [plain.organization.token]), JWT_PROJECTS_CLAIM: 'projects' };
  facade = await startUsage({}, { ...env, GEAI_BORROW_PROJECT_TOKENS: 'true' }, plain.emulator);
});
beforeEach(() => facade.emulator.resetCalls());
afterAll(async () => {
  await facade.close();
  await plain.close();
  await issuer.close();
});

const [SEEN, HIDDEN] = [0, 1];
const projectAt = (index: number) => facade.organization.projects[index]!;
const ask = async (variables: Record<string, unknown>) => {
  const token = await issuer.token({ projects: [projectAt(SEEN).id] });
  return facade.ask(variables, { token });
};
const sumsSeen = async () =>
  sumsOf(await exportsOf(facade.emulator.url, { ...facade.organization, projects: [projectAt(SEEN)] }));

test.each(['TOKEN', 'ASSISTANT'])('groups by %s are of the projects that the claims allow', async (groupBy) => {
  const { data, errors } = await ask({ groupBy });
  const upstream = facade.upstream();
  const { nodes, ...rest } = data.organization.usage;

  expect(errors).toBeUndefined();
  expect(nodes.every(({ project }: Group) => project.id === projectAt(SEEN).id)).toBe(true);
  expect(rest).toMatchObject({ ...(await sumsSeen()), complete: true, unreadableProjectCount: 0 });
  expect(upstream[routes.listTokens]).toBe(1);
});

test('groups by day of the whole organization are refused without a call', async () => {
  const answer = await ask({ groupBy: 'DAY' });

  expect(answer.data.organization.usage).toBeNull();
  expect(codes(answer)).toEqual(['FORBIDDEN']);
  expect(DAILY.flatMap((route) => facade.upstream()[route] ?? [])).toEqual([]);
});

test('groups by day of chosen projects are of those that the claims allow', async () => {
  const { data } = await ask({ groupBy: 'DAY', projectIds: [projectAt(SEEN).id, projectAt(HIDDEN).id] });

  expect(data.organization.usage).toMatchObject({ ...(await sumsSeen()), complete: false, unreadableProjectCount: 1 });
  expect(data.organization.usage.unreadableProjects).toMatchObject([{ code: 'PROJECT_NOT_FOUND', project: null }]);
});
