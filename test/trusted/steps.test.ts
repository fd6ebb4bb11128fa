import { createHash } from 'node:crypto';
import { type DocumentNode, Kind, parse } from 'graphql';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { documentStore } from '../../src/graphql/documentStores.ts';
import { admit, operationSteps } from '../../src/graphql/operationSteps.ts';
import { createSubgraph } from '../../src/graphql/schema.ts';
import { TrustedDocuments } from '../../src/graphql/trusted/trustedDocuments.ts';
import { DEFAULT_LIMITS } from '../../src/limits/limits.ts';
import { createMetrics } from '../../src/observability/metrics.ts';
import type { RequestContext } from '../../src/request/context.ts';

const TEXT = '{ __typename }';
const SHA256 = createHash('sha256').update(TEXT).digest('hex');

const schema = createSubgraph();
const trust = (isOnly: boolean) =>
  new TrustedDocuments([{ id: 'a', text: TEXT }], isOnly, {
    ...{ schema, introspection: true, limits: DEFAULT_LIMITS, log: pino({ level: 'silent' }) },
  });

/** What of a context an operation without a call takes. */
const context = {} as Partial<RequestContext> as RequestContext;

function run(trusted: TrustedDocuments, document: DocumentNode) {
  const operation = document.definitions.find((definition) => definition.kind === Kind.OPERATION_DEFINITION)!;
  const [first] = operationSteps({
    trusted,
    budget: { calls: 1, objects: 10 },
    metrics: createMetrics(),
    cacheControl: false,
    cacheTags: false,
  });
  admit([first!], { schema, document, operation, variables: {} }, context);
}

test('the store of documents returns the one that was parsed at start, each time', async () => {
  const trusted = trust(false);
  const store = documentStore(trusted);

  expect(await store.get(`one:${SHA256}`)).toBe(trusted.valid(SHA256));
  expect(await store.get(`other:${SHA256}`)).toBe(trusted.valid(SHA256));
});

test('a step refuses what was not parsed at start, whichever way it came', async () => {
  const trusted = trust(true);

  expect(() => run(trusted, trusted.valid(SHA256)!)).not.toThrow();
  expect(() => run(trusted, parse(TEXT))).toThrow(/trusted documents only/);
});
