import { GraphQLClient, gql } from 'graphql-request';
import { expect, test } from 'vitest';
import { openScene, PARTIAL, type Partial, PROJECTS_OF_A_PAGE } from './scene.ts';

const PROJECTS = gql`
  query Projects($first: Int!, $after: String) {
    organization {
      projects(first: $first, after: $after) {
        nodes { name }
        pageInfo { hasNextPage endCursor }
      }
    }
  }
`;
const TOKENS = gql`
  query Tokens($projectId: ID!) {
    project(id: $projectId) { apiTokens(first: 100) { nodes { id name status } } }
  }
`;
const CREATE = gql`
  mutation Create($input: CreateApiTokenInput!) {
    createApiToken(input: $input) { apiToken { id } secret userErrors { message } }
  }
`;
const BLOCK = gql`
  mutation Block($input: BlockApiTokenInput!) {
    blockApiToken(input: $input) { apiToken { status } userErrors { message } }
  }
`;

interface Projects {
  readonly organization: {
    readonly projects: {
      readonly nodes: readonly { readonly name: string }[];
      readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
    };
  };
}
interface Tokens {
  readonly project: {
    readonly apiTokens: { readonly nodes: readonly { readonly id: string; readonly name: string; status: string }[] };
  };
}

const scene = openScene();
const client = () => new GraphQLClient(scene.url(), { headers: scene.headers() });

test('pages to the end', async () => {
  const names: string[] = [];
  let after: string | null = null;
  for (let hasNextPage = true; hasNextPage; ) {
    const { organization }: Projects = await client().request(PROJECTS, { first: PROJECTS_OF_A_PAGE, after });
    names.push(...organization.projects.nodes.map(({ name }) => name));
    ({ hasNextPage, endCursor: after } = organization.projects.pageInfo);
  }

  expect(names).toEqual(scene.projectNames());
});

test('creates a token, lists it, and blocks it', async () => {
  const input = { projectId: scene.projectId(), name: 'By graphql-request' };
  const { createApiToken } = await client().request<{ createApiToken: { apiToken: { id: string }; secret: string } }>(
    CREATE,
    { input },
  );
  const listed = async () => {
    const { project } = await client().request<Tokens>(TOKENS, { projectId: scene.projectId() });
    return project.apiTokens.nodes.find(({ id }) => id === createApiToken.apiToken.id);
  };

  expect(createApiToken.secret).toEqual(expect.any(String));
  expect(await listed()).toMatchObject({ name: 'By graphql-request', status: 'ACTIVE' });

  await client().request(BLOCK, { input: { id: createApiToken.apiToken.id } });

  expect(await listed()).toMatchObject({ status: 'BLOCKED' });
});

test('keeps the siblings of a field that fails', async () => {
  const whole = new GraphQLClient(scene.url(), { headers: scene.headers(), errorPolicy: 'all' });
  const { data, errors } = await whole.rawRequest<Partial>(PARTIAL);

  expect(data.organization.projects.nodes[0]).toMatchObject({ name: scene.projectNames()[0], assistants: null });
  expect(errors?.[0]?.extensions.code).toBe('CREDENTIAL_REQUIRED');
});
