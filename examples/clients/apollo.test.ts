import { ApolloClient, CombinedGraphQLErrors, gql, HttpLink, InMemoryCache } from '@apollo/client';
import { relayStylePagination } from '@apollo/client/utilities';
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
  query Tokens($projectId: ID!, $first: Int!, $after: String) {
    project(id: $projectId) {
      id
      apiTokens(first: $first, after: $after) { edges { cursor node { id name status } } ${PAGE_INFO} }
    }
  }
`;
const CREATE = gql`
  mutation Create($input: CreateApiTokenInput!) {
    createApiToken(input: $input) { apiToken { id name status } userErrors { code message } }
  }
`;
const BLOCK = gql`
  mutation Block($input: BlockApiTokenInput!) {
    blockApiToken(input: $input) { apiToken { id status } userErrors { code message } }
  }
`;

interface Connection<Node> {
  readonly edges: readonly { readonly node: Node }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}
interface Token {
  readonly id: string;
  readonly name: string;
  readonly status: string;
}
interface Projects {
  readonly organization: { readonly projects: Connection<{ readonly name: string }> };
}
interface Tokens {
  readonly project: { readonly apiTokens: Connection<Token> };
}

const scene = openScene();

/** All that the facade takes: keys of the lists that page, and the interfaces. */
const newClient = () =>
  new ApolloClient({
    link: new HttpLink({ uri: scene.url(), headers: scene.headers() }),
    cache: new InMemoryCache({
      possibleTypes: { Node: ['Organization', 'Project', 'ApiToken', 'Assistant'] },
      typePolicies: {
        Organization: { fields: { projects: relayStylePagination(['filter', 'orderBy']) } },
        Project: { fields: { apiTokens: relayStylePagination(['filter', 'orderBy']) } },
      },
    }),
  });

test('pages to the end, and keeps the pages before', async () => {
  const client = newClient();
  const asked = { query: PROJECTS, variables: { first: PROJECTS_OF_A_PAGE } };
  await client.query(asked);
  const list = client.watchQuery<Projects>(asked);
  const watching = list.subscribe(() => undefined);
  const shown = () => (list.getCurrentResult().data as Projects).organization.projects;
  expect(shown().edges).toHaveLength(PROJECTS_OF_A_PAGE);
  let { pageInfo } = shown();
  while (pageInfo.hasNextPage) {
    const { data } = await list.fetchMore({ variables: { after: pageInfo.endCursor } });
    ({ pageInfo } = (data as Projects).organization.projects);
  }

  await expect.poll(() => shown().edges.map(({ node }) => node.name)).toEqual(scene.projectNames());
  watching.unsubscribe();
});

test('creates a token and sees it in the list, blocks it and sees it in the cache', async () => {
  const client = newClient();
  const variables = { projectId: scene.projectId(), first: 2 };
  await client.query({ query: TOKENS, variables });
  const list = client.watchQuery<Tokens>({ query: TOKENS, variables });
  const watching = list.subscribe(() => undefined);
  const tokens = () => (list.getCurrentResult().data as Tokens).project.apiTokens.edges.map(({ node }) => node);
  const before = tokens().length;
  const input = { projectId: scene.projectId(), name: 'By Apollo Client' };
  await client.mutate<{ createApiToken: { apiToken: Token } }>({
    mutation: CREATE,
    variables: { input },
    update: (cache, { data }) =>
      cache.updateQuery<Tokens>({ query: TOKENS, variables }, (known) => {
        if (!known || !data) return known;
        const edge = { __typename: 'ApiTokenEdge', cursor: '', node: data.createApiToken.apiToken };
        const apiTokens = { ...known.project.apiTokens, edges: [...known.project.apiTokens.edges, edge] };
        return { project: { ...known.project, apiTokens } };
      }),
  });
  await expect.poll(() => tokens().length).toBe(before + 1);
  const created = tokens().at(-1);
  expect(created).toMatchObject({ name: 'By Apollo Client', status: 'ACTIVE' });

  await client.mutate({ mutation: BLOCK, variables: { input: { id: created?.id } } });
  await expect.poll(() => tokens().at(-1)).toMatchObject({ id: created?.id, status: 'BLOCKED' });
  watching.unsubscribe();
});

test('keeps the siblings of a field that fails', async () => {
  const { data, error } = await newClient().query<Partial>({ query: gql(PARTIAL), errorPolicy: 'all' });

  expect(data?.organization?.projects?.nodes?.[0]).toMatchObject({ name: scene.projectNames()[0], assistants: null });
  expect(CombinedGraphQLErrors.is(error) && error.errors[0]?.extensions?.code).toBe('CREDENTIAL_REQUIRED');
});
