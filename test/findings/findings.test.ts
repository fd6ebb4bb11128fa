import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { codes, type Facade, routes, startFacade } from '../support/facade.ts';

const DAY = 86_400_000;
const FINDINGS = `query ($first: Int! = 20, $after: String, $kinds: [TokenFindingKind!], $old: Int! = 90, $unused: Int! = 30) {
  organization { tokenFindings(first: $first, after: $after, kinds: $kinds, olderThanDays: $old, unusedDays: $unused) {
    projectsExamined pageInfo { hasNextPage endCursor }
    nodes { kind severity certainty evidence { text requests lastUsedAt errorCode } project { id } apiToken { name status } }
  } } }`;

interface Node {
  readonly kind: string;
  readonly certainty: string;
  readonly evidence: { readonly text: string; readonly errorCode: string | null };
  readonly project: { readonly id: string };
  readonly apiToken: { readonly name: string } | null;
}

let facade: Facade;

beforeAll(async () => {
  facade = await startFacade({
    // Values, so that nothing is ambiguous; dated from now, so that some of it is recent.
    emulator: { projects: 12, epoch: Date.now(), requestsPerProject: 40, exportTokenAs: 'value' },
    env: { GEAI_BORROW_PROJECT_TOKENS: 'true' },
  });
  const [first] = organization().projects;
  facade.emulator.createToken(first!.id, 'Default', 'A twin');
});
beforeEach(async () => {
  facade.emulator.setFaults([]);
  await facade.query('{ viewer { scopes } }', { token: organization().token });
  facade.emulator.resetCalls();
});
afterAll(() => facade.close());

const organization = () => facade.emulator.seeded.organizations[0]!;
const ask = (variables: Record<string, unknown> = {}) =>
  facade.query(FINDINGS, { token: organization().token, variables });
const findings = async (variables: Record<string, unknown>): Promise<Node[]> => {
  const { data, errors } = await ask(variables);
  expect(errors).toBeUndefined();
  return data.organization.tokenFindings.nodes;
};
const brief = (nodes: readonly Node[]) =>
  nodes.map(({ project, apiToken }) => `${project.id} ${apiToken?.name ?? '-'}`).sort();

type TrueToken = ReturnType<Facade['emulator']['tokens']>[number];

/** What the rules say of the truth that the emulator's console shows. */
const expected = (isFound: (token: TrueToken, all: readonly TrueToken[]) => boolean) =>
  organization()
    .projects.flatMap(({ id }) => {
      const tokens = facade.emulator.tokens(id);
      return tokens.filter((token) => isFound(token, tokens)).map(({ name }) => `${id} ${name}`);
    })
    .sort();
const age = ({ timestamp }: TrueToken) => Date.now() - Date.parse(`${timestamp}Z`);
const isKept = ({ status }: TrueToken) => status !== 'Revoked';

test('duplicate names, missing descriptions and old tokens are those of the platform, for one token list a project', async () => {
  const nodes = await findings({ kinds: ['DUPLICATE_NAME', 'NO_DESCRIPTION', 'OLD'], old: 200 });
  const of = (kind: string) => brief(nodes.filter((node) => node.kind === kind));

  expect(of('DUPLICATE_NAME')).toEqual(
    expected((token, all) => isKept(token) && all.filter((one) => isKept(one) && one.name === token.name).length > 1),
  );
  expect(of('DUPLICATE_NAME').length).toBeGreaterThan(1);
  expect(of('NO_DESCRIPTION')).toEqual(expected((token) => isKept(token) && token.description === null));
  expect(of('OLD')).toEqual(expected((token) => isKept(token) && age(token) > 200 * DAY));
  expect(nodes.every(({ certainty }) => certainty === 'CERTAIN')).toBe(true);
  expect(facade.upstream()).toEqual({ [routes.listProjects]: 1, [routes.listTokens]: 12 });
});

test('projects without an active token are those of the platform', async () => {
  const nodes = await findings({ kinds: ['NO_ACTIVE_TOKEN'] });
  const locked = organization().projects.filter(({ id }) =>
    facade.emulator.tokens(id).every(({ status }) => status !== 'Active'),
  );

  expect(locked.length).toBeGreaterThan(0);
  expect(nodes.map(({ project }) => project.id).sort()).toEqual(locked.map(({ id }) => id).sort());
});

/** Values of the tokens that made requests in the last days, and the projects whose export could be read. */
async function usedTokens(days: number) {
  const used = new Set<string>();
  const open = new Set<string>();
  for (const { id } of organization().projects) {
    const active = facade.emulator.tokens(id).find(({ status }) => status === 'Active');
    if (!active) continue;
    open.add(id);
    const answer = await fetch(`${facade.emulator.url}/v1/organization/request/export?count=1000`, {
      headers: { authorization: `Bearer ${active.id}` },
    });
    const { items } = (await answer.json()) as { items: { apiToken: string; startTimestamp: string }[] };
    for (const one of items) {
      if (Date.now() - Date.parse(`${one.startTimestamp}Z`) < days * DAY) used.add(one.apiToken);
    }
  }
  return { used, open };
}

test('unused and blocked but used tokens are those of the export; a project whose export cannot be read is unknown', async () => {
  const { used, open } = await usedTokens(10);
  facade.emulator.resetCalls();
  const nodes = await findings({ kinds: ['UNUSED', 'BLOCKED_BUT_USED'], unused: 10 });
  const of = (kind: string, certainty: string) =>
    nodes.filter((node) => node.kind === kind && node.certainty === certainty);

  expect(brief(of('UNUSED', 'CERTAIN'))).toEqual(
    expected(
      ({ id, status, ...token }) => status === 'Active' && !used.has(id) && age({ id, status, ...token }) > 10 * DAY,
    ),
  );
  expect(brief(of('BLOCKED_BUT_USED', 'CERTAIN'))).toEqual(
    expected(({ id, status }) => status === 'Blocked' && used.has(id)),
  );
  const closed = organization().projects.filter(({ id }) => !open.has(id));
  for (const kind of ['UNUSED', 'BLOCKED_BUT_USED']) {
    expect(of(kind, 'UNKNOWN').map(({ project }) => project.id)).toEqual(closed.map(({ id }) => id));
    expect(of(kind, 'UNKNOWN')[0]?.evidence.errorCode).toBe('CREDENTIAL_REQUIRED');
  }
  // 40 requests in one page, and the empty one.
  const perKind = { [routes.listTokens]: 12, [routes.exportRequests]: 2 * open.size };
  expect(facade.upstream()).toEqual({ [routes.listProjects]: 1, ...perKind });
});

test('limits cost one call a project, and nothing else but the projects', async () => {
  const nodes = await findings({ kinds: ['NO_USAGE_LIMIT'] });
  const limited = await Promise.all(
    organization().projects.map(async ({ id }) => {
      const url = `${facade.emulator.url}/v2/usageLimits/organizations/${organization().id}/projects/${id}/limits`;
      const answer = await fetch(url, { headers: { authorization: `Bearer ${organization().token}` } });
      const { usageLimits } = (await answer.json()) as { usageLimits: { status: number }[] };
      return usageLimits.some(({ status }) => status === 1 || status === 3) ? [] : [id];
    }),
  );

  expect(nodes.map(({ project }) => project.id).sort()).toEqual(limited.flat().sort());
  expect(facade.upstream()).toEqual({ [routes.listProjects]: 1, [routes.listProjectLimits]: 24 });
});

test('a failure in one project is unknown, and hides nothing of the others', async () => {
  const [, broken] = organization().projects;
  const kinds = ['NO_DESCRIPTION', 'OLD', 'NO_USAGE_LIMIT'];
  const healthy = await findings({ kinds });
  facade.emulator.setFaults(
    [routes.listTokens, routes.listProjectLimits].map((route) => ({
      route,
      project: broken!.id,
      kind: 'status',
      status: 500,
      id: 500,
    })),
  );
  const nodes = await findings({ kinds });
  const isBroken = ({ project }: Node) => project.id === broken!.id;

  expect(nodes.filter((node) => !isBroken(node))).toEqual(healthy.filter((node) => !isBroken(node)));
  expect(nodes.filter(isBroken).map(({ kind, certainty, evidence }) => [kind, certainty, evidence.errorCode])).toEqual(
    kinds.map((kind) => [kind, 'UNKNOWN', 'UPSTREAM_UNAVAILABLE']),
  );
});

test('pages are of projects, and together they are the whole', async () => {
  const kinds = ['NO_DESCRIPTION', 'OLD'];
  const whole = await findings({ kinds });
  const paged: Node[] = [];
  for (let after: string | null = null; ; ) {
    const { data } = await ask({ kinds, first: 5, after });
    const page = data.organization.tokenFindings;
    paged.push(...page.nodes);
    if (!page.pageInfo.hasNextPage) break;
    expect(page.projectsExamined).toBe(5);
    after = page.pageInfo.endCursor;
  }

  expect(paged).toEqual(whole);
});

test('a query without the findings does not pay for them', async () => {
  await facade.query('{ organization { tokenFindings { projectsExamined } } }', { token: organization().token });

  expect(facade.upstream()).toEqual({ [routes.listProjects]: 1 });
});

test.each([{ first: 0 }, { first: 101, kinds: ['OLD'] }, { first: 21 }, { old: 0 }, { unused: 366 }, { after: 'x' }])(
  '%j is refused, and no project is looked at',
  async (variables) => {
    const answer = await ask(variables);

    expect(codes(answer)).toEqual(['BAD_USER_INPUT']);
    expect(facade.upstream()[routes.listTokens]).toBeUndefined();
  },
);

test('a project token does not list the projects, so that there are no findings', async () => {
  const { id } = organization().projects[0]!.tokens[0]!;
  const answer = await facade.query(FINDINGS, { token: id });

  expect(answer.data.organization).toEqual({ tokenFindings: null });
  expect(codes(answer)).toEqual(['CREDENTIAL_REQUIRED']);
});
