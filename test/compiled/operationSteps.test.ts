import { GraphQLError } from 'graphql';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { UNRESTRICTED } from '../../src/access/principal.ts';
import type { GraphqlRequest } from '../../src/graphql/apolloHttp.ts';
import { GraphqlServer } from '../../src/graphql/graphqlServer.ts';
import type { OperationStep } from '../../src/graphql/operationSteps.ts';
import { WITHOUT_PREFIXES } from '../../src/graphql/schema.ts';
import { DEFAULT_LIMITS } from '../../src/limits/limits.ts';
import { createMetrics } from '../../src/observability/metrics.ts';
import type { RequestContext } from '../../src/request/context.ts';
import type { Admission } from '../../src/request/gate/admission.ts';

const log = pino({ level: 'silent' });

/** What of a context an operation without a resolver takes. */
const context = {
  ...{ requestId: 'a-1', log, beforeSending: () => null, restriction: UNRESTRICTED },
  admission: { isAbandoned: false, isLarge: false, read: () => null } as Partial<Admission> as Admission,
} as Partial<RequestContext> as RequestContext;

const request: GraphqlRequest = {
  method: 'POST',
  url: '/graphql',
  headers: { 'content-type': 'application/json', accept: 'application/json' },
  body: { query: 'query Passing($name: String!) { __type(name: $name) { name } }', variables: { name: 'ID' } },
};

const server = (steps: readonly OperationStep[]) =>
  new GraphqlServer(
    {
      introspection: true,
      compileQueries: true,
      log,
      metrics: createMetrics(),
      limits: DEFAULT_LIMITS,
      budget: { calls: 1, objects: 1 },
      redis: null,
      cacheControl: false,
      cacheTags: false,
      trusted: null,
      subgraph: WITHOUT_PREFIXES,
    },
    steps,
  );

/** The answers to one request, by Apollo Server until the query is known, and by the fast path from then on. */
async function answers(steps: readonly OperationStep[], times = 6) {
  const graphql = server(steps);
  await graphql.start();
  const given = [];
  for (let time = 0; time < times; time += 1) given.push(await graphql.answer(request, context));
  await graphql.stop();
  return given;
}

test('a step sees each operation alike, before it runs and before its answer leaves, on both ways', async () => {
  const [admitted, left]: [unknown[], unknown[]] = [[], []];
  const step: OperationStep = {
    admit: ({ operation, variables }) => admitted.push([operation.name?.value, variables]),
    leave: ({ operation, errorCodes, accept, headers }) => {
      left.push([operation, errorCodes, accept]);
      headers.set('x-step', 'seen');
    },
  };
  const given = await answers([step]);

  expect(given.map(({ kind }) => kind)).toEqual([...Array(3).fill('apollo'), ...Array(3).fill('fast')]);
  expect(given.map(({ headers }) => headers.get('x-step'))).toEqual(Array(6).fill('seen'));
  expect(admitted).toEqual(Array(6).fill(['Passing', { name: 'ID' }]));
  expect(left).toEqual(Array(6).fill(['query', null, 'application/json']));
});

test('an operation that a step refuses is refused on both ways, and nothing is executed', async () => {
  let isRefused = false;
  const step: OperationStep = {
    admit: () => {
      if (isRefused) throw new GraphQLError('Not now.', { extensions: { code: 'BAD_USER_INPUT' } });
    },
  };
  const graphql = server([step]);
  await graphql.start();
  for (let time = 0; time < 4; time += 1) await graphql.answer(request, context);
  isRefused = true;
  const known = await graphql.answer(request, context);
  const unknown = await graphql.answer({ ...request, body: { query: '{ new: __typename }' } }, context);
  await graphql.stop();

  expect(known).toEqual(unknown);
  expect(known.body).toContain('Not now.');
  expect(known.body).not.toContain('data');
});
