import { describe, expect, onTestFinished, test } from 'vitest';
import { type Facade, startFacade } from './support/facade.ts';
import { type Sent, Transcript } from './support/transcript.ts';

/** A token that nobody seeded, of the platform's shape, which is also a GraphQL name. */
const MISTYPED = 'default_kQ7nYb2mT9wLx4RvE1cHs8ZpD6uJ0gFaK3iOqWtMyBe';

const JSON_TYPE = { 'content-type': 'application/json' };
const post = (body: unknown) => ({ method: 'POST', headers: JSON_TYPE, body: JSON.stringify(body) });

const WRONG_PLACES: [place: string, sent: Sent][] = [
  ['an id', post({ query: `{ project(id: "${MISTYPED}") { id } apiToken(id: "${MISTYPED}") { id } }` })],
  [
    'an id of an assistant',
    post({ query: `{ assistant(id: "${MISTYPED}") { id } organization(id: "${MISTYPED}") { id } }` }),
  ],
  [
    'a reference',
    post({
      query: `{ _entities(representations: [{ __typename: "ApiToken", id: "${MISTYPED}" }, { __typename: "${MISTYPED}", id: "x" }]) { __typename } }`,
    }),
  ],
  ['a variable', post({ query: 'query ($id: ID!) { project(id: $id) { id } }', variables: { id: MISTYPED } })],
  [
    'a variable of another type',
    post({
      query: 'query ($first: Int!) { organization { projects(first: $first) { totalCount } } }',
      variables: { first: MISTYPED },
    }),
  ],
  [
    'a variable that is an object',
    post({ query: 'query ($id: ID!) { project(id: $id) { id } }', variables: { id: { [MISTYPED]: MISTYPED } } }),
  ],
  [
    'an unknown member of an input',
    post({
      query: 'mutation ($input: BlockApiTokenInput!) { blockApiToken(input: $input) { changed } }',
      variables: { input: { id: 'x', [MISTYPED]: 1 } },
    }),
  ],
  ['a cursor', post({ query: `{ organization { projects(after: "${MISTYPED}") { totalCount } } }` })],
  ['an enum value', post({ query: `{ organization { projects(filter: { status: [${MISTYPED}] }) { totalCount } } }` })],
  ['a field', post({ query: `{ ${MISTYPED} }` })],
  ['an argument', post({ query: `{ project(${MISTYPED}: 1) { id } }` })],
  ['a directive', post({ query: `{ viewer @${MISTYPED} { scopes } }` })],
  ['a fragment', post({ query: `{ ...${MISTYPED} }` })],
  ['a type', post({ query: `query ($a: ${MISTYPED}) { project(id: $a) { id } }` })],
  ['the name of an operation', post({ query: `query ${MISTYPED} { viewer { scopes } }`, operationName: MISTYPED })],
  ['the name of an operation that is not there', post({ query: 'query A { __typename }', operationName: MISTYPED })],
  ['a query that does not parse', post({ query: `{ project(id: "${MISTYPED} }` })],
  ['bare text', post({ query: MISTYPED })],
  [
    'an id to block',
    post({
      query: `mutation { blockApiToken(input: { id: "${MISTYPED}", reason: "${MISTYPED}" }) { userErrors { message } } }`,
    }),
  ],
  [
    'a project to create in',
    post({
      query: `mutation { createApiToken(input: { projectId: "${MISTYPED}", name: "x" }) { userErrors { message } } }`,
    }),
  ],
  ['a body that is not JSON', { method: 'POST', headers: JSON_TYPE, body: `{"query": ${MISTYPED}` }],
  ['the path', { path: `/${MISTYPED}?token=${MISTYPED}` }],
  ['a path that is not percent-encoded', { path: `/${MISTYPED}/%zz` }],
  [
    'the query of the address',
    {
      path: `/graphql?query=${MISTYPED}&variables=${MISTYPED}&extensions=${MISTYPED}`,
      headers: { 'apollo-require-preflight': '1' },
    },
  ],
  ['the verb', { method: 'PUT', path: `/graphql/${MISTYPED}` }],
  ['the request id', { headers: { 'x-request-id': MISTYPED } }],
  ['the type of the body', { method: 'POST', headers: { 'content-type': `application/${MISTYPED}` }, body: '{}' }],
  [
    'an authorization without a scheme',
    { ...post({ query: '{ viewer { scopes } }' }), headers: { ...JSON_TYPE, authorization: MISTYPED } },
  ],
  [
    'an authorization of another scheme',
    { ...post({ query: '{ viewer { scopes } }' }), headers: { ...JSON_TYPE, authorization: `Token ${MISTYPED}` } },
  ],
  [
    'an authorization in two parts',
    {
      ...post({ query: '{ viewer { scopes } }' }),
      headers: { ...JSON_TYPE, authorization: `Bearer ${MISTYPED} ${MISTYPED}` },
    },
  ],
  [
    'a token list with something else in it',
    {
      ...post({ query: '{ viewer { scopes } }' }),
      headers: { ...JSON_TYPE, 'geai-tokens': `${MISTYPED}; ${MISTYPED}` },
    },
  ],
  [
    'the project of a user',
    {
      ...post({ query: '{ viewer { scopes } }' }),
      headers: { ...JSON_TYPE, authorization: 'Bearer x', projectid: MISTYPED },
    },
  ],
  ['the origin', { ...post({ query: '{ __typename }' }), headers: { ...JSON_TYPE, origin: `https://${MISTYPED}` } }],
];

async function started() {
  const facade = await startFacade({ emulator: { organizations: 1, projects: 1 }, env: { LOG_LEVEL: 'trace' } });
  onTestFinished(() => facade.close());
  return { facade, transcript: new Transcript(facade.url) };
}

async function expectNotRepeated(facade: Facade, transcript: Transcript): Promise<void> {
  const own = facade.emulator.seeded.organizations[0]!.token;
  await transcript.send({ path: '/metrics' });
  for (const text of [...transcript.answers, facade.log()]) {
    expect(text).not.toContain(MISTYPED);
    expect(text).not.toContain(own);
  }
}

describe('a token in the wrong place is not repeated:', () => {
  test.each(WRONG_PLACES)('%s', async (_place, sent) => {
    const { facade, transcript } = await started();
    const headers = { authorization: `Bearer ${facade.emulator.seeded.organizations[0]!.token}`, ...sent.headers };

    await transcript.send({ ...sent, headers });

    expect(transcript.answers).toEqual([expect.stringMatching(/^[24]\d\d\n/)]);
    await expectNotRepeated(facade, transcript);
  });

  test('bytes that are no HTTP', async () => {
    const { facade, transcript } = await started();

    await transcript.sendRaw(`GET /${MISTYPED} HTTP/1.1\r\nHost: x\r\n${MISTYPED}\r\n\r\n`);
    await transcript.sendRaw(`${MISTYPED}\r\n\r\n`);

    expect(transcript.answers).toEqual([expect.stringMatching(/^HTTP\/1.1 4/), expect.stringMatching(/^HTTP\/1.1 4/)]);
    await expectNotRepeated(facade, transcript);
  });
});
