import { Client, fetchExchange, gql } from '@urql/core';
import { cacheExchange } from '@urql/exchange-graphcache';
import { relayPagination } from '@urql/exchange-graphcache/extras';
import { expect, test } from 'vitest';
import { openScene, PARTIAL, type Partial, PROJECTS_OF_A_PAGE } from './scene.ts';

const PAGE_INFO = 'pageInfo { hasNextPage endCursor hasPreviousPage startCursor }';
const PROJECTS = gql`
  query Projects($first: Int!, $after: String) {
    organization {
      id
      projects(first: $first, after: $after) { edges { node { id name } } ${PAGE_INFO} }
    }
  }
`;
const TOKENS = gql`
  query Tokens($projectId: ID!, $after: String) {
    project(id: $projectId) {
      id
      apiTokens(first: 100, after: $after) { edges { node { id name status } } ${PAGE_INFO} }
    }
  }
`;
const CREATE = gql`
  mutation Create($input: CreateApiTokenInput!) {
    createApiToken(input: $input) { apiToken { id name status project { id } } userErrors { code message } }
  }
`;
const BLOCK = gql`
  mutation Block($input: BlockApiTokenInput!) {
    blockApiToken(input: $input) { apiToken { id status } userErrors { code message } }
  }
`;

interface Token {
  readonly id: string;
  readonly name: string;
  readonly status: string;
}

const scene = openScene();

const newClient = () =>
  new Client({
    url: scene.url(),
    fetchOptions: () => ({ headers: scene.headers() }),
    preferGetMethod: false,
    exchanges: [
      cacheExchange({
        // Pages and payloads have no id, and are kept with what they hang on.
        keys: Object.fromEntries(
          ['ProjectConnection', 'ApiTokenConnection', 'ProjectEdge', 'ApiTokenEdge', 'PageInfo'].map((type) => [
            type,
            () => null,
          ]),
        ),
        resolvers: {
          Organization: { projects: relayPagination() },
          Project: { apiTokens: relayPagination() },
        },
        updates: {
          Mutation: {
            createApiToken: (_result, { input }, cache) => {
              const project = { __typename: 'Project', id: (input as { projectId: string }).projectId };
              const lists = cache.inspectFields(project).filter(({ fieldName }) => fieldName === 'apiTokens');
              for (const { fieldKey } of lists) cache.invalidate(project, fieldKey);
            },
          },
        },
      }),
      fetchExchange,
    ],
  });

test('pages to the end, and keeps the pages before', async () => {
  const client = newClient();
  const read = async (after: string | null) => {
    const { data, error } = await client.query(PROJECTS, { first: PROJECTS_OF_A_PAGE, after }).toPromise();
    expect(error).toBeUndefined();
    return data.organization.projects;
  };
  let page = await read(null);
  expect(page.edges).toHaveLength(PROJECTS_OF_A_PAGE);
  while (page.pageInfo.hasNextPage) page = await read(page.pageInfo.endCursor);

  expect(page.edges.map(({ node }: { node: Token }) => node.name)).toEqual(scene.projectNames());
});

test('creates a token and sees it in the list, blocks it and sees it in the cache', async () => {
  const client = newClient();
  const projectId = scene.projectId();
  const tokens = async (requestPolicy: 'cache-first' | 'cache-only'): Promise<Token[]> => {
    const { data } = await client.query(TOKENS, { projectId, after: null }, { requestPolicy }).toPromise();
    return data.project.apiTokens.edges.map(({ node }: { node: Token }) => node);
  };
  const before = await tokens('cache-first');
  const { data } = await client.mutation(CREATE, { input: { projectId, name: 'By urql' } }).toPromise();
  const { id } = data.createApiToken.apiToken;
  const after = await tokens('cache-first');

  expect(after).toHaveLength(before.length + 1);
  expect(after.find((token) => token.id === id)).toMatchObject({ name: 'By urql', status: 'ACTIVE' });

  await client.mutation(BLOCK, { input: { id } }).toPromise();

  expect((await tokens('cache-only')).find((token) => token.id === id)).toMatchObject({ status: 'BLOCKED' });
});

test('keeps the siblings of a field that fails', async () => {
  const { data, error } = await newClient().query<Partial>(PARTIAL, {}).toPromise();

  expect(data?.organization.projects.nodes[0]).toMatchObject({ name: scene.projectNames()[0], assistants: null });
  expect(error?.graphQLErrors[0]?.extensions.code).toBe('CREDENTIAL_REQUIRED');
});
