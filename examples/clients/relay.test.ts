import {
  type ConcreteRequest,
  ConnectionHandler,
  commitMutation,
  createOperationDescriptor,
  Environment,
  type FetchFunction,
  getPaginationMetadata,
  getSingularSelector,
  Network,
  type ReaderFragment,
  RecordSource,
  Store,
  type Variables,
} from 'relay-runtime';
import { expect, test } from 'vitest';
import blockToken from './relay/__generated__/operationsBlockMutation.graphql.ts';
import createToken from './relay/__generated__/operationsCreateMutation.graphql.ts';
import projectsList from './relay/__generated__/operationsProjects_organization.graphql.ts';
import projectsQuery from './relay/__generated__/operationsProjectsQuery.graphql.ts';
import tokensList from './relay/__generated__/operationsTokens_project.graphql.ts';
import tokensQuery from './relay/__generated__/operationsTokensQuery.graphql.ts';
import { openScene } from './scene.ts';

interface Item {
  readonly id: string;
  readonly name: string;
  readonly status?: string;
}
interface Connection {
  readonly edges: readonly { readonly node: Item }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

const scene = openScene();

const newEnvironment = () => {
  const fetchFunction: FetchFunction = async ({ text: query }, variables) => {
    const headers = { 'content-type': 'application/json', ...scene.headers() };
    const response = await fetch(scene.url(), { method: 'POST', headers, body: JSON.stringify({ query, variables }) });
    return response.json();
  };
  return new Environment({ network: Network.create(fetchFunction), store: new Store(new RecordSource()) });
};

/** A list as `usePaginationFragment` keeps it: the first page comes with a query, the others by `node`. */
async function openList(
  environment: Environment,
  query: ConcreteRequest,
  variables: Variables,
  { parent, field, fragment }: { parent: string; field: string; fragment: ReaderFragment },
) {
  const run = async (request: ConcreteRequest, given: Variables) => {
    const operation = createOperationDescriptor(request, given);
    environment.retain(operation);
    await environment.execute({ operation }).toPromise();
    return operation;
  };
  const { fragment: root } = await run(query, variables);
  const owner = (environment.lookup(root).data as Record<string, never>)[parent];
  const connection = () => {
    const selector = getSingularSelector(fragment, owner);
    if (!selector) throw new Error('the list is not there');
    return (environment.lookup(selector).data as unknown as Record<string, Connection>)[field] as Connection;
  };
  const { paginationRequest } = getPaginationMetadata(fragment, 'test');
  const { id } = owner as unknown as Item;
  return {
    connection,
    items: () => connection().edges.map(({ node }) => node),
    loadNext: () =>
      run(paginationRequest as ConcreteRequest, { id, count: 3, cursor: connection().pageInfo.endCursor }),
  };
}

function commit(environment: Environment, mutation: ConcreteRequest, variables: Variables): Promise<unknown> {
  return new Promise((onCompleted, onError) => {
    commitMutation(environment, { mutation, variables, onCompleted, onError });
  });
}

test('pages to the end by @refetchable, and keeps the pages before', async () => {
  const list = await openList(
    newEnvironment(),
    projectsQuery,
    {},
    {
      parent: 'organization',
      field: 'projects',
      fragment: projectsList,
    },
  );
  expect(list.items()).toHaveLength(3);
  while (list.connection().pageInfo.hasNextPage) await list.loadNext();

  expect(list.items().map(({ name }) => name)).toEqual(scene.projectNames());
});

test('creates a token and sees it in the list, blocks it and sees it in the store', async () => {
  const environment = newEnvironment();
  const projectId = scene.projectId();
  const list = await openList(
    environment,
    tokensQuery,
    { projectId },
    {
      parent: 'project',
      field: 'apiTokens',
      fragment: tokensList,
    },
  );
  const before = list.items().length;
  const connections = [ConnectionHandler.getConnectionID(projectId, 'operations_apiTokens')];
  await commit(environment, createToken, { input: { projectId, name: 'By Relay' }, connections });
  const created = list.items().at(-1);

  expect(list.items()).toHaveLength(before + 1);
  expect(created).toMatchObject({ name: 'By Relay', status: 'ACTIVE' });

  await commit(environment, blockToken, { input: { id: created?.id } });

  expect(list.items().at(-1)).toMatchObject({ name: 'By Relay', status: 'BLOCKED' });
});
