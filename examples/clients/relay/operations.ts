import { graphql } from 'relay-runtime';

/** What the compiler reads. A build with `babel-plugin-relay` puts the compiled operations in place of these texts. */
export const operations = () => [
  graphql`
    query operationsProjectsQuery {
      organization {
        id
        ...operationsProjects_organization
      }
    }
  `,
  graphql`
    fragment operationsProjects_organization on Organization
    @refetchable(queryName: "operationsProjectsPaginationQuery")
    @argumentDefinitions(count: { type: "Int", defaultValue: 3 }, cursor: { type: "String" }) {
      projects(first: $count, after: $cursor) @connection(key: "operations_projects") {
        edges {
          node {
            id
            name
          }
        }
      }
    }
  `,
  graphql`
    query operationsTokensQuery($projectId: ID!) {
      project(id: $projectId) {
        id
        ...operationsTokens_project
      }
    }
  `,
  graphql`
    fragment operationsTokens_project on Project
    @refetchable(queryName: "operationsTokensPaginationQuery")
    @argumentDefinitions(count: { type: "Int", defaultValue: 2 }, cursor: { type: "String" }) {
      apiTokens(first: $count, after: $cursor) @connection(key: "operations_apiTokens") {
        edges {
          node {
            id
            name
            status
          }
        }
      }
    }
  `,
  graphql`
    mutation operationsCreateMutation($input: CreateApiTokenInput!, $connections: [ID!]!) {
      createApiToken(input: $input) {
        apiToken @appendNode(connections: $connections, edgeTypeName: "ApiTokenEdge") {
          id
          name
          status
        }
        userErrors {
          code
          message
          field
        }
      }
    }
  `,
  graphql`
    mutation operationsBlockMutation($input: BlockApiTokenInput!) {
      blockApiToken(input: $input) {
        apiToken {
          id
          status
        }
        userErrors {
          code
          message
        }
      }
    }
  `,
];
