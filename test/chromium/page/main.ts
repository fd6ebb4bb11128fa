import { ApolloClient, gql, HttpLink, InMemoryCache, type TypedDocumentNode } from '@apollo/client';
import { relayStylePagination } from '@apollo/client/utilities';

interface Token {
  readonly id: string;
  readonly name: string;
  readonly status: string;
}
interface Projects {
  readonly organization: {
    readonly projects: {
      readonly edges: readonly { readonly node: { readonly id: string; readonly name: string } }[];
      readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
    };
  } | null;
}

const PROJECTS: TypedDocumentNode<Projects, { after?: string | null }> = gql`
  query Projects($after: String) {
    organization {
      id
      projects(first: 3, after: $after) {
        edges { node { id name } }
        pageInfo { hasNextPage endCursor }
      }
    }
  }
`;
const CREATE: TypedDocumentNode<{ createApiToken: { apiToken: Token } }, { projectId: string }> = gql`
  mutation Create($projectId: ID!) {
    createApiToken(input: { projectId: $projectId, name: "Made by a page" }) {
      apiToken { id name status }
      userErrors { code message }
    }
  }
`;
const BLOCK: TypedDocumentNode<{ blockApiToken: { apiToken: Token } }, { id: string }> = gql`
  mutation Block($id: ID!) {
    blockApiToken(input: { id: $id, reason: "Clicked" }) {
      apiToken { id name status }
      userErrors { code message }
    }
  }
`;

const element = <T extends HTMLElement>(id: string) => document.getElementById(id) as T;
const jwt = element<HTMLInputElement>('jwt');

const client = new ApolloClient({
  clientAwareness: { name: 'page', version: '1.0.0' },
  link: new HttpLink({
    uri: new URLSearchParams(location.search).get('graph') ?? '/graphql',
    fetch: (uri, options) => fetch(uri, { ...options, headers: { ...options?.headers, ...authorization() } }),
  }),
  cache: new InMemoryCache({ typePolicies: { Organization: { fields: { projects: relayStylePagination() } } } }),
});

function authorization(): Record<string, string> {
  return jwt.value === '' ? {} : { authorization: `Bearer ${jwt.value}` };
}

/** Runs what a click asks for, and shows why it failed. */
function onClick(id: string, act: () => Promise<void>): void {
  element(id).addEventListener('click', () => {
    element('problem').textContent = '';
    act().catch((error: unknown) => {
      element('problem').textContent = String(error);
    });
  });
}

const list = client.watchQuery({ query: PROJECTS, fetchPolicy: 'standby' });
const connection = () => (list.getCurrentResult().data as Projects | undefined)?.organization?.projects;
let token: Token | undefined;

function show(): void {
  const projects = connection();
  element('projects').replaceChildren(
    ...(projects?.edges ?? []).map(({ node }) =>
      Object.assign(document.createElement('li'), { textContent: node.name }),
    ),
  );
  element('more').hidden = !projects?.pageInfo.hasNextPage;
  element('create').hidden = !projects;
  element('block').hidden = token?.status !== 'ACTIVE';
  element('token').textContent = token ? `${token.name}: ${token.status}` : '';
}

list.subscribe(show);
onClick('list', async () => {
  await list.reobserve({ fetchPolicy: 'network-only' });
});
onClick('more', async () => {
  await list.fetchMore({ variables: { after: connection()?.pageInfo.endCursor ?? null } });
});
onClick('create', async () => {
  const projectId = connection()?.edges[0]?.node.id ?? '';
  const { data } = await client.mutate({ mutation: CREATE, variables: { projectId } });
  token = data?.createApiToken.apiToken;
  show();
});
onClick('block', async () => {
  const { data } = await client.mutate({ mutation: BLOCK, variables: { id: token?.id ?? '' } });
  token = data?.blockApiToken.apiToken;
  show();
});
