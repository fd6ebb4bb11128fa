import { describe, expect, onTestFinished, test } from 'vitest';
import { type Answer, type Facade, routes } from '../support/facade.ts';
import { assistantId, disturb, expectFailure, introduce, type Path, seededToken, startDrill } from './failures.ts';
import { FAULTS, IDS_UNDER_STATUS_400, patienceWith, REPRESENTATIVES } from './faultTable.ts';

type Drill = Awaited<ReturnType<typeof drilled>>;

interface Read {
  readonly route: string;
  readonly document: (drill: Drill) => string;
  /** The field that is lost when the route fails. */
  readonly path: Path;
  readonly tokens: (drill: Drill) => readonly string[];
}

/** The second project: what the platform asks of one token is not asked of another. */
const second = ({ organization }: Drill) => organization.projects[1]!;
const secondOnly = (drill: Drill) => [second(drill).tokens.find(({ status }) => status === 'Active')!.id];
const organizationOnly = ({ organization }: Drill) => [organization.token];
const projectOnly = ({ projectToken }: Drill) => [projectToken];

/** Reads that each depend on one route of the platform. */
const READS: readonly Read[] = [
  {
    route: routes.getProject,
    document: ({ project }) => `{ project(id: "${project.id}") { name } }`,
    path: ['project'],
    tokens: projectOnly,
  },
  {
    route: routes.listProjects,
    document: () => '{ organization { projects { nodes { name } } } }',
    path: ['organization', 'projects'],
    tokens: organizationOnly,
  },
  {
    route: routes.listTokens,
    document: ({ emulator }) => `{ apiToken(id: "${seededToken(emulator, 'Active').id}") { name } }`,
    path: ['apiToken'],
    tokens: organizationOnly,
  },
  {
    route: routes.listAssistants,
    document: () => '{ viewer { projects { assistants { nodes { name } } } } }',
    path: ['viewer', 'projects', 0, 'assistants'],
    tokens: projectOnly,
  },
  {
    route: routes.getAssistant,
    document: (drill) =>
      `{ assistant(id: "${assistantId(second(drill).id, second(drill).assistants[0]!.id)}") { name } }`,
    path: ['assistant'],
    tokens: secondOnly,
  },
];

const READ_ROUTES = READS.map(({ route }) => route);

async function drilled(env: Record<string, string> = {}) {
  const drill = await startDrill({ env });
  onTestFinished(() => drill.facade.close());
  await introduce({ ...drill, both: [...drill.both, ...secondOnly(drill)] });
  return drill;
}

/** All reads at once, each a request of its own. */
function readAll(drill: Drill): Promise<Answer[]> {
  return Promise.all(
    READS.map(({ document, tokens }) => drill.facade.query(document(drill), { tokens: tokens(drill) })),
  );
}

/** Upstream calls without those that ask what tokens are: after a refusal, that is asked anew. */
function reads(facade: Facade): Record<string, number> {
  const { [routes.validate]: _identifying, ...calls } = facade.upstream();
  return calls;
}

const times = (count: number) => Object.fromEntries(READ_ROUTES.map((route) => [route, count]));

describe('a read that meets', () => {
  test.concurrent.each(FAULTS)(
    '$name fails with its code and was sent as often as can help',
    async ({ fault, read }) => {
      const drill = await drilled(patienceWith(fault));
      disturb(drill.emulator, READ_ROUTES, fault);

      const answers = await readAll(drill);

      READS.forEach(({ path }, index) => {
        expectFailure(drill.facade, answers[index]!, path, read);
      });
      expect(reads(drill.facade)).toEqual(times(read.attempts));
    },
  );

  test.concurrent.each(IDS_UNDER_STATUS_400)('$name fails with the same code', async ({ fault, read }) => {
    const drill = await drilled(patienceWith(fault));
    disturb(drill.emulator, READ_ROUTES, fault);

    const answers = await readAll(drill);

    READS.forEach(({ path }, index) => {
      expectFailure(drill.facade, answers[index]!, path, read);
    });
  });

  test.concurrent.each(FAULTS.filter(({ read }) => read.attempts > 1))(
    '$name once succeeds at the second attempt',
    async ({ fault }) => {
      const drill = await drilled(patienceWith(fault));
      const undisturbed = await readAll(drill);
      drill.emulator.resetCalls();
      disturb(drill.emulator, READ_ROUTES, { ...fault, times: 1 });

      const answers = await readAll(drill);

      expect(answers.map(({ text }) => text)).toEqual(undisturbed.map(({ text }) => text));
      expect(answers.every(({ errors }) => errors === undefined)).toBe(true);
      expect(reads(drill.facade)).toEqual(times(2));
    },
  );
});

test.concurrent.each(REPRESENTATIVES)(
  'a token that cannot be identified because of $name is no wrong token',
  async (each) => {
    const drill = await startDrill({ env: patienceWith(each.fault) });
    onTestFinished(() => drill.facade.close());
    disturb(drill.emulator, [routes.validate], each.fault);

    const answer = await drill.facade.query('{ viewer { scopes } }', { token: drill.organization.token });

    expectFailure(drill.facade, answer, ['viewer'], each.read);
    expect(drill.facade.upstream()).toEqual({ [routes.validate]: each.read.attempts });
  },
);

test('a platform that never answers is given up at the deadline, wherever the request stands', async () => {
  const drill = await startDrill({ env: { UPSTREAM_TIMEOUT_MS: '600000', UPSTREAM_DEADLINE_MS: '300' } });
  onTestFinished(() => drill.facade.close());
  disturb(drill.emulator, ['*'], { kind: 'hang' });

  const answer = await drill.facade.query('{ organization { projects { nodes { name } } } }', {
    token: drill.organization.token,
  });

  expectFailure(drill.facade, answer, ['organization'], { code: 'UPSTREAM_TIMEOUT', retryable: true });
  expect(drill.facade.upstream()).toEqual({ [routes.validate]: 1 });
});

test('an outage is not tried again with another credential that opens the same project', async () => {
  const drill = await drilled();
  disturb(drill.emulator, [routes.getProject], { kind: 'status', status: 503, retryAfter: '0' });

  const answer = await drill.facade.query(`{ project(id: "${drill.project.id}") { name } }`, { tokens: drill.both });

  expectFailure(drill.facade, answer, ['project'], { code: 'UPSTREAM_UNAVAILABLE', retryable: true });
  expect(drill.facade.upstream()).toEqual({ [routes.getProject]: 3 });
});
