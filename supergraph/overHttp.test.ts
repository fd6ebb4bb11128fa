import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type AuditResult, auditServer } from 'graphql-http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Facade, startFacade } from '../test/support/facade.ts';

const CSRF = 'A GET that a page of another site can send without a preflight is refused.';
const STATUS =
  'Documents and variables that cannot be executed have a status of 400, whatever is accepted: a router counts it.';

/** Audits of GraphQL over HTTP that the facade does not pass by decision. All are optional there. */
const DECISIONS: Readonly<Record<string, string>> = {
  '5A70': CSRF,
  D6D5: CSRF,
  '6A70': CSRF,
  '572B': STATUS,
  FDE2: STATUS,
  '7B9B': STATUS,
};

const failedOf = (results: readonly AuditResult[]) => results.filter(({ status }) => status !== 'ok');
const idsOf = (results: readonly AuditResult[]) => results.map(({ id }) => id).sort();

let facade: Facade;
let wrong: Server;
beforeAll(async () => {
  facade = await startFacade();
  // Answers everything, and nothing that was asked.
  wrong = createServer((_request, response) => response.end('{}')).listen(0, '127.0.0.1');
});
afterAll(async () => {
  wrong.closeAllConnections();
  wrong.close();
  await facade.close();
});

test('every audit of GraphQL over HTTP passes, but for those with a decision', async () => {
  const results = await auditServer({ url: `${facade.url}/graphql` });

  expect(results.length).toBeGreaterThan(60);
  expect(idsOf(failedOf(results))).toEqual(Object.keys(DECISIONS).sort());
  expect(failedOf(results).filter(({ status }) => status === 'error')).toEqual([]);
});

test('a GET with the header that takes a preflight passes its audits', async () => {
  const fetchFn = (url: string, { headers, ...init }: RequestInit = {}) =>
    fetch(url, { ...init, headers: { ...(headers as object), 'apollo-require-preflight': 'true' } });
  const results = await auditServer({ url: `${facade.url}/graphql`, fetchFn });

  expect(idsOf(failedOf(results))).toEqual(
    Object.keys(DECISIONS)
      .filter((id) => DECISIONS[id] === STATUS)
      .sort(),
  );
});

test('a server that answers nothing of what was asked fails them', async () => {
  const results = await auditServer({ url: `http://127.0.0.1:${(wrong.address() as AddressInfo).port}/graphql` });

  expect(failedOf(results).filter(({ status }) => status === 'error').length).toBeGreaterThan(0);
});

// A newer draft has 294 for a partial answer, and 422 for a document that does not validate. No audit asks for them.
test('a partial answer is a 200, and a document that does not validate a 400', async () => {
  const [organization] = facade.emulator.seeded.organizations;
  const headers = { accept: 'application/graphql-response+json' };
  const partial = await facade.query('{ organization { name } assistant(id: "x") { name } }', {
    headers,
    token: organization?.token,
  });
  const invalid = await facade.query('{ nothing }', { headers });

  expect([partial.status, invalid.status]).toEqual([200, 400]);
});
