/** Path that operations come by. */
export const GRAPHQL_PATH = '/graphql';
