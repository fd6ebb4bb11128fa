import { ApolloServer, HeaderMap } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
} from '@apollo/server/plugin/disabled';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createSubgraph } from '../../src/graphql/schema.ts';
import { type Facade, metricOf, query, startFacade } from '../support/facade.ts';

const DOCUMENT = '{ __typename }';

let facade: Facade;
/** Without anything of ours. */
const apollo = new ApolloServer({
  schema: createSubgraph(),
  stringifyResult: JSON.stringify,
  // Either would change the schema, which all files of tests share.
  plugins: [ApolloServerPluginCacheControlDisabled(), ApolloServerPluginInlineTraceDisabled()],
});

beforeAll(async () => {
  facade = await startFacade();
  await apollo.start();
  for (let time = 0; time < 3; time += 1) await facade.query(DOCUMENT);
});
afterAll(async () => {
  await facade.close();
  await apollo.stop();
});

async function byApollo(accept: string) {
  const { status, headers, body } = await apollo.executeHTTPGraphQLRequest({
    httpGraphQLRequest: {
      method: 'POST',
      headers: new HeaderMap([
        ['content-type', 'application/json'],
        ['accept', accept],
      ]),
      search: '',
      body: { query: DOCUMENT },
    },
    context: async () => ({}),
  });
  if (body.kind !== 'complete') throw new Error('an answer in one piece is expected');
  return { status: status ?? 200, type: headers.get('content-type'), text: body.string };
}

async function byFacade(accept: string) {
  const before = await metricOf(facade, 'geai_graph_compiled_answers_total');
  const { status, headers, text } = await query(facade.url, DOCUMENT, { headers: { accept } });
  const isFast = (await metricOf(facade, 'geai_graph_compiled_answers_total')) > before;
  return { status, type: headers.get('content-type'), text, isFast };
}

const GATEWAYS = {
  'Apollo Router': 'application/json, application/graphql-response+json',
  'Apollo Router with deferral':
    'multipart/mixed;deferSpec=20220824,application/graphql-response+json,application/json',
  'Apollo Gateway': 'application/json',
  Hive: 'application/graphql-response+json, application/json',
  'Hive with charsets': 'application/graphql-response+json;charset=utf-8, application/json;charset=utf-8',
  'Hive with streams':
    'application/graphql-response+json; charset=utf-8, application/json; charset=utf-8, text/event-stream, multipart/mixed',
  Grafbase: 'application/graphql-response+json; charset=utf-8, application/json; charset=utf-8',
  'Grafbase with weights': 'application/graphql-response+json,application/json;q=0.9',
};

const SPELLINGS = [
  '*/*',
  'application/*',
  'application/json,*/*;q=0.1',
  'application/json;q=0.5,application/graphql-response+json;q=0.4',
  'application/json;q=0.4 , application/graphql-response+json;q=0.5',
  'APPLICATION/GraphQL-Response+JSON',
  'application/graphql-response+json;charset="utf-8"',
  'application/graphql-response+json ; charset = UTF-8',
  'application/json;callbackSpec=1.0;charset=utf-8',
  'application/json; callbackSpec=1.0, application/graphql-response+json;q=0.2',
  'text/html, application/xhtml+xml, */*;q=0.8',
  'application/json;q=0, */*',
  ',,application/json,,',
  'application/json;foo',
  'application/json;;;,',
  '__proto__/constructor, application/json',
];

describe('an answer to a query that comes again has status, type and text of Apollo Server', () => {
  test.each(Object.entries(GATEWAYS))('for %s, on the fast path', async (_gateway, accept) => {
    expect(await byFacade(accept)).toEqual({ ...(await byApollo(accept)), isFast: true });
  });

  test.each(SPELLINGS)('for %s', async (accept) => {
    expect(await byFacade(accept)).toEqual({ ...(await byApollo(accept)), isFast: true });
  });

  test('for a text of any length: a long one is left to Apollo Server', async () => {
    const long = (length: number) => 'application/graphql-response+json, x/'.padEnd(length, 'y');

    expect(await byFacade(long(256))).toEqual({ ...(await byApollo(long(256))), isFast: true });
    expect(await byFacade(long(257))).toEqual({ ...(await byApollo(long(257))), isFast: false });
  });
});

test.each([
  'text/html',
  'multipart/mixed',
  'application/json;q=0',
  'application/json;charset=latin1',
  'json',
  'application/graphql+json',
  ';',
])('%s is refused by Apollo Server', async (accept) => {
  const [{ status, type }, answer] = [await byApollo(accept), await byFacade(accept)];

  expect(status).toBe(406);
  expect(answer).toMatchObject({ status, type, isFast: false });
  expect(JSON.parse(answer.text).errors[0].extensions.code).toBe('BAD_REQUEST');
});
