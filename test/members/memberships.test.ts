import { expect, onTestFinished, test } from 'vitest';
import type { EmulatorOptions } from '../../emulator/emulator.ts';
import { codes, route, routes, startFacade } from '../support/facade.ts';

const LISTED = route('GET /v2/accessControl/projects/memberships');

const MEMBERSHIPS = `query ($email: String!, $first: Int! = 20, $after: String) { organization {
  id projectMemberships(email: $email, first: $first, after: $after) {
    nodes { project { id name } roles { name kind } } totalCount unreadableCount pageInfo { hasNextPage endCursor } } } }`;

async function started(emulator: EmulatorOptions = {}) {
  const facade = await startFacade({ emulator: { projects: 8, ...emulator } });
  onTestFinished(() => facade.close());
  const organization = facade.emulator.seeded.organizations[0]!;
  const ask = async (variables: Record<string, unknown>, document = MEMBERSHIPS, token = organization.token) => {
    facade.emulator.resetCalls();
    const answer = await facade.query(document, { token, variables });
    return {
      ...answer,
      codes: codes(answer),
      page: answer.data?.organization?.projectMemberships,
      upstream: facade.upstream(),
    };
  };
  /** What the seed says of a person. */
  const truth = (email: string) =>
    organization.projects
      .flatMap(({ id, name, members }) =>
        members.filter((one) => one.email === email).map(({ roles }) => ({ id, name, roles })),
      )
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  return { facade, organization, ask, truth, email: organization.members[0]!.email };
}

test.each<EmulatorOptions>([{}, { membershipShape: 'older' }, { membershipCallers: 'newer' }])(
  'memberships of a person are those of the platform, with its projects in one list, with %j',
  async (options) => {
    const { ask, truth, email } = await started(options);
    const { errors, page, upstream } = await ask({ email: email.toUpperCase() });

    const shown = page.nodes.map((one: { project: object; roles: { name: string }[] }) => ({
      ...one.project,
      roles: one.roles.map(({ name }) => name),
    }));
    expect(errors).toBeUndefined();
    expect(truth(email).length).toBeGreaterThan(2);
    expect(shown).toEqual(truth(email));
    expect(page).toMatchObject({ totalCount: shown.length, unreadableCount: 0, pageInfo: { hasNextPage: false } });
    expect(upstream).toEqual({ [routes.validate]: 1, [LISTED]: 1, [routes.listProjects]: 1 });
  },
);

test('memberships come page by page; somebody who belongs nowhere has none', async () => {
  const { ask, truth, email } = await started();
  const one = await ask({ email, first: 1 });
  const two = await ask({ email, first: 100, after: one.page.pageInfo.endCursor });
  const none = await ask({ email: 'nobody@nowhere.example' });

  const ids = [one, two].flatMap(({ page }) =>
    page.nodes.map(({ project }: { project: { id: string } }) => project.id),
  );
  expect(ids).toEqual(truth(email).map(({ id }) => id));
  expect([one, two].map(({ page }) => page.pageInfo.hasNextPage)).toEqual([true, false]);
  expect(none).toMatchObject({ page: { nodes: [], pageInfo: { hasNextPage: false, endCursor: null } }, codes: [] });
});

test('an address is neither logged nor repeated in a cursor or an error', async () => {
  const { facade, ask, email } = await started();
  const one = await ask({ email, first: 1 });
  facade.emulator.setFaults([{ route: LISTED, kind: 'status', status: 500 }]);
  const failed = await ask({ email });
  const odd = await ask({ email: 'secret.person at nowhere' });

  expect(Buffer.from(one.page.pageInfo.endCursor, 'base64url').toString()).not.toContain('@');
  expect([failed.codes, odd.codes]).toEqual([['UPSTREAM_UNAVAILABLE'], ['BAD_USER_INPUT']]);
  expect([failed.page, odd.page]).toEqual([null, null]);
  expect(odd.upstream[LISTED]).toBeUndefined();
  for (const text of [failed.text, odd.text, facade.log()]) {
    for (const part of [email, encodeURIComponent(email), 'secret.person']) expect(text).not.toContain(part);
  }
});

test('several people, and one twice, cost one call each', async () => {
  const { ask, organization } = await started();
  const [a, b] = organization.projects[0]!.members.map(({ email }) => email);
  const of = (name: string, email: string) =>
    `${name}: projectMemberships(email: "${email}") { nodes { roles { name } project { id } } }`;
  const { errors, upstream } = await ask(
    {},
    `{ organization { ${of('a', a!)} ${of('b', b!)} c: ${of('d', a!).slice(3)} } }`,
  );

  expect(errors).toBeUndefined();
  expect(upstream).toEqual({ [routes.validate]: 1, [LISTED]: 2 });
});

test('a membership that cannot be read is left out and counted', async () => {
  const { facade, ask, organization, email } = await started();
  const [project] = organization.projects;
  const good = { projectId: project!.id, roles: [{ name: 'Good', type: 'new' }] };
  const projects = [good, {}, { ...good, projectId: 'x' }, { ...good, roles: [{}] }];
  facade.emulator.setFaults([{ route: LISTED, kind: 'answer', body: { projects, count: 4 } }]);
  const { page, errors } = await ask({ email });

  expect(errors).toBeUndefined();
  expect(page).toMatchObject({ unreadableCount: 3, totalCount: 4 });
  expect(page.nodes).toEqual([
    { project: { id: project!.id, name: project!.name }, roles: [{ name: 'Good', kind: 'UNRECOGNIZED' }] },
  ]);
});

test('a project token does not open memberships, and none is asked for', async () => {
  const { ask, organization, email } = await started();
  const token = organization.projects[0]!.tokens.find(({ status }) => status === 'Active')!.id;
  const { data, codes: failed, upstream } = await ask({ email }, MEMBERSHIPS, token);

  expect(data.organization).toEqual({ id: organization.id, projectMemberships: null });
  expect(failed).toEqual(['CREDENTIAL_REQUIRED']);
  expect(upstream[LISTED]).toBeUndefined();
});
