import findings from '../examples/operations/findings.graphql?raw';
import incident from '../examples/operations/incident.graphql?raw';
import overview from '../examples/operations/overview.graphql?raw';
import tokenLife from '../examples/operations/tokenLife.graphql?raw';
import usage from '../examples/operations/usage.graphql?raw';

const variables = (value: object) => JSON.stringify(value, null, 2);

/** Tabs that a newcomer finds open. */
export const examples = [
  { query: overview },
  { query: tokenLife, variables: variables({ projectId: '', id: '' }) },
  { query: incident, variables: variables({ organizationId: '', planId: '' }) },
  { query: usage, variables: variables({ window: null }) },
  { query: findings },
];
