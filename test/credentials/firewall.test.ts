import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Emulator, startEmulator } from '../../emulator/emulator.ts';
import { type Answer, type Facade, type Request, startFacade } from '../support/facade.ts';

/** Operations over the same entities; what differs is only who asks. Several have the very same upstream URL. */
const OPERATIONS = {
  projects: '{ organization { id projects(first: 100) { nodes { id name organization { name } } } } }',
  project: 'query ($id: ID!) { project(id: $id) { id name description organization { id name } } }',
  inside: `query ($id: ID!) { project(id: $id) {
    apiTokens { nodes { id name hint } } assistants { nodes { id name description revisions { number } } } } }`,
  entities: `query ($representations: [_Any!]!) { _entities(representations: $representations) {
    ... on Project { id name assistants { nodes { name } } } } }`,
  viewer: '{ viewer { scopes organizations { id name } projects { id name } credentials { hint isAccepted } } }',
} as const;
type Operation = keyof typeof OPERATIONS;

let emulator: Emulator;
let shared: Facade;
let callers: Map<string, Request>;
let projectIds: string[];
/** What each caller is answered by a facade that serves nobody else. */
const alone = new Map<string, Answer>();

beforeAll(async () => {
  emulator = await startEmulator({ projects: 4 });
  const env = { GEAI_BORROW_PROJECT_TOKENS: 'true', LOG_LEVEL: 'silent' };
  const [acme, other] = emulator.seeded.organizations;
  const active = (index: number) => acme?.projects[index]?.tokens.find(({ status }) => status === 'Active')?.id ?? '';
  const blocked = acme?.projects.flatMap(({ tokens }) => tokens).find(({ status }) => status === 'Blocked')?.id;
  callers = new Map<string, Request>([
    ['acme', { token: acme?.token }],
    ['other', { token: other?.token }],
    ['first project', { token: active(0) }],
    ['second project', { token: active(1) }],
    ['acme and first project', { token: acme?.token, tokens: [active(0)] }],
    ['blocked', { token: blocked }],
    ['nobody', {}],
  ]);
  projectIds = [0, 1].flatMap((index) => [acme?.projects[index]?.id ?? '', other?.projects[index]?.id ?? '']);
  for (const [caller, request] of callers) {
    const own = await startFacade({ sharedEmulator: emulator, env });
    for (const operation of operationsOf()) {
      for (const id of projectIds) alone.set(`${caller} ${operation} ${id}`, await ask(own, request, operation, id));
    }
    await own.close();
  }
  shared = await startFacade({ sharedEmulator: emulator, env });
});

afterAll(async () => {
  await shared.close();
  await emulator.close();
});

const operationsOf = () => Object.keys(OPERATIONS) as Operation[];

function ask(facade: Facade, request: Request, operation: Operation, id: string): Promise<Answer> {
  const representations = projectIds.map((project) => ({ __typename: 'Project', id: project }));
  return facade.query(OPERATIONS[operation], { ...request, variables: { id, representations } });
}

const codesByPath = ({ errors }: Answer) =>
  (errors ?? []).map(({ path, extensions }) => `${path?.join('.')} ${extensions.code}`).sort();

test('the oracle itself tells callers apart: each organization sees its own projects only', () => {
  const seen = (caller: string) => alone.get(`${caller} projects ${projectIds[0]}`)?.text ?? '';
  const [acme, other] = emulator.seeded.organizations;

  for (const { id } of acme?.projects ?? []) {
    expect(seen('acme')).toContain(id);
    expect(seen('other')).not.toContain(id);
  }
  for (const { id } of other?.projects ?? []) expect(seen('other')).toContain(id);
});

test('every caller is answered as if alone, whoever else asks at the same time', async () => {
  const request = fc.record({
    caller: fc.constantFrom(
      'acme',
      'other',
      'first project',
      'second project',
      'acme and first project',
      'blocked',
      'nobody',
    ),
    operation: fc.constantFrom(...operationsOf()),
    project: fc.nat({ max: 3 }),
    wave: fc.nat({ max: 2 }),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(request, { minLength: 2, maxLength: 24 }),
      fc.nat({ max: 8 }),
      async (requests, latency) => {
        emulator.setLatency(latency);
        const answered = new Map<(typeof requests)[number], Answer>();
        for (const wave of [0, 1, 2]) {
          const together = requests.filter((one) => one.wave === wave);
          await Promise.all(
            together.map(async (one) => {
              const id = projectIds[one.project] ?? '';
              answered.set(one, await ask(shared, callers.get(one.caller) ?? {}, one.operation, id));
            }),
          );
        }
        for (const [one, answer] of answered) {
          const expected = alone.get(`${one.caller} ${one.operation} ${projectIds[one.project]}`);
          expect(answer.data).toEqual(expected?.data);
          expect(codesByPath(answer)).toEqual(expected && codesByPath(expected));
        }
      },
    ),
    { numRuns: 60 },
  );
});
