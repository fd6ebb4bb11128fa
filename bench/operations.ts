import type { SeededOrganization, SeededProject } from '../emulator/emulator.ts';

/** A question, as each kind of server takes it. */
export interface Question {
  readonly document: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  /** For the hand-written server. */
  readonly path: string;
  readonly body?: string;
  /** Presented beside the caller's own. */
  readonly tokens?: readonly string[];
  /** The `Accept` header of the request. */
  readonly accept?: string;
}

/** Asks the facade, as preparation of a question: cursors and ids are opaque. */
export type Ask = (document: string, variables?: Record<string, unknown>) => Promise<unknown>;

export interface Operation {
  readonly name: string;
  readonly title: string;
  /** Platform calls that it takes, by the fan-out table. */
  readonly calls: number;
  /** Requests before anything is measured, of every server alike, as far as the time goes: engines optimise code for seconds. */
  readonly warmUp: number;
  /** The question for the data of one organization. */
  prepare(organization: SeededOrganization, ask: Ask): Promise<Question> | Question;
}

const PROJECT_FIELDS = 'id name description status isActive';
const PAGE = 100;
const NESTED = 20;

/** As Hive, Grafbase and other gateways send it. */
const GATEWAY_ACCEPT = 'application/graphql-response+json; charset=utf-8, application/json; charset=utf-8';

const PLAIN_OPERATIONS: readonly Operation[] = [
  {
    name: 'typename',
    title: '`{ __typename }`',
    calls: 0,
    warmUp: 20000,
    prepare: () => ({ document: '{ __typename }', path: '/typename' }),
  },
  {
    name: 'flat',
    title: 'flat list of 200 projects',
    calls: 1,
    warmUp: 3000,
    prepare: ({ projects }, ask) => flatQuestion(projects, ask),
  },
  {
    name: 'nested',
    title: '20 projects with tokens and assistants',
    calls: 1 + 2 * NESTED,
    warmUp: 3000,
    prepare: ({ projects }, ask) => nestedQuestion(projects, ask),
  },
  {
    name: 'nestedPresented',
    title: 'the same, with the tokens of the projects presented',
    calls: 1 + 2 * NESTED,
    warmUp: 3000,
    prepare: async ({ projects }, ask) => {
      const question = await nestedQuestion(projects, ask);
      const page = inOrder(projects).slice(firstUnlocked(projects)).slice(0, NESTED);
      return { ...question, tokens: page.flatMap((project) => activeToken(project) ?? []) };
    },
  },
  {
    name: 'entities',
    title: '`_entities` of 200 projects',
    calls: 1,
    warmUp: 2000,
    prepare: ({ projects }) => {
      const ids = projects.slice(0, 200).map(({ id }) => id);
      return {
        document: `query Entities($representations: [_Any!]!) { _entities(representations: $representations) { ... on Project { ${PROJECT_FIELDS} } } }`,
        variables: { representations: ids.map((id) => ({ __typename: 'Project', id })) },
        path: '/entities',
        body: JSON.stringify({ ids }),
      };
    },
  },
  {
    name: 'project',
    title: 'one project by id',
    calls: 1,
    warmUp: 15000,
    prepare: ({ projects }) => ({
      document: `query Project($id: ID!) { project(id: $id) { ${PROJECT_FIELDS} } }`,
      variables: { id: idOf(projects) },
      path: `/project?id=${idOf(projects)}`,
    }),
  },
  {
    name: 'apiToken',
    title: 'one token by id',
    calls: 1,
    warmUp: 15000,
    prepare: async ({ projects }, ask) => {
      const answer = await ask('query ($id: ID!) { project(id: $id) { apiTokens { nodes { id } } } }', {
        id: idOf(projects),
      });
      const { project } = answer as { project: { apiTokens: { nodes: { id: string }[] } } };
      const id = project.apiTokens.nodes[0]?.id;
      return {
        document: 'query Token($id: ID!) { apiToken(id: $id) { id name description status hint createdAt } }',
        variables: { id },
        path: `/apiToken?id=${id}`,
      };
    },
  },
  {
    name: 'projectWithOrganization',
    title: 'project + organization',
    calls: 1,
    warmUp: 10000,
    prepare: ({ projects }) => ({
      document: `query Both($id: ID!) { project(id: $id) { ${PROJECT_FIELDS} organization { id name } } }`,
      variables: { id: idOf(projects) },
      path: `/projectWithOrganization?id=${idOf(projects)}`,
    }),
  },
];

/** Plain operations that are measured with the `Accept` of a gateway too: a large answer and a small one. */
export const GATEWAY_OPERATIONS: ReadonlyMap<string, string> = new Map([
  ['flat', 'flatGateway'],
  ['project', 'projectGateway'],
]);

export const OPERATIONS: readonly Operation[] = PLAIN_OPERATIONS.flatMap((plain) => {
  const name = GATEWAY_OPERATIONS.get(plain.name);
  return name === undefined ? [plain] : [plain, asGateway(plain, name)];
});

/** The operation, asked for by a gateway. */
function asGateway(plain: Operation, name: string): Operation {
  const title = `${plain.title}, asked by a gateway`;
  const prepare = async (organization: SeededOrganization, ask: Ask) => ({
    ...(await plain.prepare(organization, ask)),
    accept: GATEWAY_ACCEPT,
  });
  return { ...plain, name, title, prepare };
}

async function nestedQuestion(projects: readonly SeededProject[], ask: Ask): Promise<Question> {
  const skip = firstUnlocked(projects);
  const after = skip === 0 ? null : (await cursors(projects, ask, [skip]))[0];
  return {
    document: `query Nested($after: String) { organization { projects(first: ${NESTED}, after: $after) { nodes { name apiTokens { nodes { name status hint } } assistants { nodes { name } } } } } }`,
    variables: { after },
    path: `/nested?skip=${skip}`,
  };
}

/** All projects of an organization, in aliased pages of one operation; of at most `maxPages`. */
export async function flatQuestion(
  projects: readonly SeededProject[],
  ask: Ask,
  maxPages = Number.POSITIVE_INFINITY,
): Promise<Question> {
  const pages = Math.min(Math.ceil(projects.length / PAGE), maxPages);
  const ends = Array.from({ length: pages - 1 }, (_, page) => (page + 1) * PAGE);
  const after = [null, ...(await cursors(projects, ask, ends))];
  const fields = after.map((cursor, page) => {
    const start = cursor === null ? '' : `, after: "${cursor}"`;
    return `p${page}: projects(first: ${PAGE}${start}) { nodes { ${PROJECT_FIELDS} } }`;
  });
  return { document: `query Flat { organization { ${fields.join(' ')} } }`, path: `/flat?pages=${pages}` };
}

/** The cursors after the given places of the ordered list, by walking it a page at a time. */
async function cursors(projects: readonly SeededProject[], ask: Ask, places: readonly number[]): Promise<string[]> {
  const found: string[] = [];
  let [cursor, at]: [string | null, number] = [null, 0];
  for (const place of places) {
    while (at < place) {
      const first = Math.min(place - at, PAGE, projects.length);
      const answer = await ask(
        'query ($first: Int!, $after: String) { organization { projects(first: $first, after: $after) { pageInfo { endCursor } } } }',
        { first, after: cursor },
      );
      const { organization } = answer as { organization: { projects: { pageInfo: { endCursor: string } } } };
      cursor = organization.projects.pageInfo.endCursor;
      at += first;
    }
    found.push(cursor ?? '');
  }
  return found;
}

/** The first place in the ordered list from which every one of 20 projects has a token that can be borrowed. */
function firstUnlocked(projects: readonly SeededProject[]): number {
  const locked = inOrder(projects).map((project) => activeToken(project) === undefined);
  for (let skip = 0; skip + NESTED <= locked.length; skip += 1) {
    if (!locked.slice(skip, skip + NESTED).includes(true)) return skip;
  }
  return 0;
}

/** As the graph lists them. */
function inOrder(projects: readonly SeededProject[]): SeededProject[] {
  const keyed = projects.map((project) => ({ key: `${project.name.toLowerCase()}\0${project.id}`, project }));
  keyed.sort((a, b) => (a.key < b.key ? -1 : 1));
  return keyed.map(({ project }) => project);
}

function activeToken({ tokens }: SeededProject): string | undefined {
  return tokens.find(({ status }) => status === 'Active')?.id;
}

function idOf(projects: readonly SeededProject[]): string {
  const [first] = projects;
  if (!first) throw new Error('the organization has no project');
  return first.id;
}
