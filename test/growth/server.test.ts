import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Facade, startFacade } from '../support/facade.ts';
import { growth, MOST_GROWTH } from './cost.ts';
import { HOSTILE, type Hostile } from './hostile.ts';

const { stackTraceLimit } = Error;
/** As in production, where errors take a step more. */
let facade: Facade;
let introspectable: Facade;
beforeAll(async () => {
  const env = { LOG_LEVEL: 'debug' };
  introspectable = await startFacade({ emulator: { projects: 1 }, env });
  facade = await startFacade({ sharedEmulator: introspectable.emulator, env: { ...env, INTROSPECTION: 'false' } });
  // The test runner looks up the source of every line of every stack, which costs more than all the rest.
  Error.stackTraceLimit = 0;
});
afterAll(async () => {
  Error.stackTraceLimit = stackTraceLimit;
  await facade.close();
  await introspectable.close();
});

/** Bytes of a request that the limits of documents let through, and of one that they may refuse. */
const SIZES = [3_000, 20_000];

/** What is said for nothing: the schema, ten times, is the most. Beside that, an error for each of the references, and a line of the log. */
const FIXED_LENGTH = 700_000;
const PER_BYTE = 30;

async function send({ headers, variablesText, ...body }: Hostile) {
  const plain = JSON.stringify(body);
  const text = variablesText ? plain.replace(/}$/, `,"variables":${variablesText}}`) : plain;
  const { url, log } = body.query.includes('__schema') ? introspectable : facade;
  const before = log().length;
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: text,
  });
  const { status } = response;
  return { sent: text.length, answered: (await response.text()).length, logged: log().length - before, status };
}

describe.each(Object.entries(HOSTILE))('%s, from somebody without a credential:', (_kind, make) => {
  // As often as it takes for a query to be compiled, and once more.
  const COMES_AGAIN = 4;

  test.each(SIZES)('the work of the server grows in proportion to it, from %i bytes on', async (from) => {
    const repeat = async (size: number) => {
      const request = make(size);
      for (let time = 0; time < COMES_AGAIN; time += 1) await send(request);
    };

    expect(await growth(repeat, from)).toBeLessThan(MOST_GROWTH);
  });

  test.each(SIZES)('the text about it is bounded by it, and the server is well, from %i bytes on', async (from) => {
    const { sent, answered, logged, status } = await send(make(4 * from));

    expect(status).toBeLessThan(500);
    expect(answered + logged).toBeLessThan(FIXED_LENGTH + PER_BYTE * sent);
    expect(facade.log()).not.toContain('unforeseen failure');
  });
});

test.each<[what: string, longest: number, request: Hostile]>([
  [
    'values of the wrong type',
    1_100,
    {
      query: 'mutation ($i: BlockApiTokensInput!) { blockApiTokens(input: $i) { planId } }',
      variables: {
        i: Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`unknown${index}`, 'x'.repeat(50)])),
      },
    },
  ],
  [
    'a type that there is none of',
    300,
    {
      query: 'query ($r: [_Any!]!) { _entities(representations: $r) { __typename } }',
      variables: { r: [{ __typename: `x${'y'.repeat(5_000)}` }] },
    },
  ],
  [
    'a value of a long text',
    1_100,
    { query: `{ organization { projects(first: "${'x'.repeat(9_000)}") { totalCount } } }` },
  ],
])('%s: few errors, of a bounded length each', async (_what, longest, { query, variables = {} }) => {
  const { errors = [] } = await facade.query(query, { variables });

  expect(errors.length).toBeLessThan(8);
  for (const { message } of errors) expect(message.length).toBeLessThan(longest);
});
