import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Facade, startFacade } from '../support/facade.ts';

const ORDER = 'query ($o: ProjectOrder) { organization { projects(orderBy: $o) { totalCount } } }';
const CREATE = 'mutation ($i: CreateApiTokenInput!) { createApiToken(input: $i) { secret } }';
const PAGE = 'query ($n: Int!) { organization { projects(first: $n) { totalCount } } }';

/** Mistakes that the engine knows a better name for. */
const MISTAKES: [what: string, document: string, variables?: Record<string, unknown>][] = [
  ['a field', '{ organizatio { id } }'],
  ['a type', '{ node(id: "x") { ... on Projec { id } } }'],
  ['an argument', '{ project(i: "x", id: "x") { id } }'],
  ['a selection', '{ organization }'],
  ['a value of an enum', '{ organization { projects(orderBy: { field: NAM, direction: ASC }) { totalCount } } }'],
  ['a member of an input', 'mutation { createApiToken(input: { projectId: "x", nam: "y" }) { secret } }'],
  ['a value of an enum in a variable', ORDER, { o: { field: 'NAM', direction: 'ASC' } }],
  ['a member of an input in a variable', CREATE, { i: { projectId: 'x', name: 'x', descriptio: 'y' } }],
];

let [open, closed]: Facade[] = [];
beforeAll(async () => {
  open = await startFacade({ emulator: { projects: 1 } });
  closed = await startFacade({ sharedEmulator: open.emulator, env: { INTROSPECTION: 'false' } });
});
afterAll(() => Promise.all([closed!.close(), open!.close()]));

describe('a mistake about', () => {
  test.each(MISTAKES)('%s leads to a suggestion where introspection is on, and to none elsewhere', async (...asked) => {
    const [, document, variables = {}] = asked;
    const [told, untold] = await Promise.all([open!, closed!].map((facade) => facade.query(document, { variables })));

    expect(told!.text).toContain(' Did you mean ');
    expect(untold!.text).not.toContain('Did you mean');
    const sentences = told!.errors!.map(({ message }) => message.replace(/ Did you mean .*/, ''));
    expect(untold!.errors!.map(({ message }) => message)).toEqual(sentences);
  });
});

test('a value that looks like a suggestion stays in the message', async () => {
  const { errors } = await closed!.query(PAGE, { variables: { n: 'Did you mean 5?' } });

  expect(errors![0]!.message).toContain('"Did you mean 5?"');
});

test('a message is cut after its suggestion has gone', async () => {
  const cut = [];
  for (let length = 780; length < 860; length += 10) {
    const variables = { i: { projectId: 'x'.repeat(length), name: 'x', descriptio: 'y' } };
    const [told, untold] = await Promise.all([open!, closed!].map((facade) => facade.query(CREATE, { variables })));
    cut.push(/Did you mean [^?]*…/.test(told!.text));
    expect(untold!.text).not.toContain('Did you');
  }

  expect(cut).toContain(true);
});
