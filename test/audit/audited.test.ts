import { GraphQLError } from 'graphql';
import { expect, test } from 'vitest';
import { UNRESTRICTED } from '../../src/access/principal.ts';
import { audited } from '../../src/mutations/audited.ts';
import type { AuditScope } from '../../src/mutations/auditScope.ts';
import type { AuditEntry } from '../../src/observability/auditEntry.ts';
import type { Credential } from '../../src/platform/client/credential.ts';

import { Secret } from '../../src/values/secret.ts';

type Context = Parameters<typeof audited>[0];

const secret = new Secret('default_Q7rT2mX9vK4pL8sW1nB6hJ3dF5gY0zC-aE_uI-oAzY4');
const ORGANIZATION = { kind: 'organization', fingerprint: 'of the organization', secret } as Credential;
const PRESUMED = {
  kind: 'oauth',
  fingerprint: 'of a user',
  secret,
  presumption: { isConfirmed: false },
} as unknown as Credential;

/** What a request needs to be audited, and the lines that it left. */
function request(usable: readonly Credential[] = [ORGANIZATION]) {
  const lines: AuditEntry[] = [];
  const context = {
    requestId: 'r-1',
    audit: { write: async (entry: AuditEntry) => void lines.push(entry) },
    log: { error: () => undefined, info: () => undefined },
    metrics: {
      countMutation: () => undefined,
      countAuditFailure: () => undefined,
      countMutationWithoutCredential: () => undefined,
    },
    session: { isAbandoned: false },
    principal: UNRESTRICTED,
    onBehalfOf: null,
    credentials: { usable: async () => usable, firstFingerprint: () => null },
  } as unknown as Context;
  const run = (work: (audit: AuditScope) => Promise<{ userErrors: { code: string; message: string }[] }>) =>
    audited(context, { action: 'blockApiToken', target: 'one' }, work);
  return { run, lines };
}

const DONE = { userErrors: [] };
const FORBIDDEN = new GraphQLError('no', { extensions: { code: 'FORBIDDEN' } });

/** How a mutation ends that throws: what it noted before, what it throws, and what the event says. */
const FAILURES: [
  when: string,
  work: (audit: AuditScope) => Promise<void>,
  thrown: Error,
  outcome: string,
  changed: boolean | null,
][] = [
  ['before anything was sent', async () => undefined, FORBIDDEN, 'FAILED', false],
  ['in a way that nobody foresaw, before anything was sent', async () => undefined, new Error('bug'), 'FAILED', false],
  ['as the platform refused it', (audit) => audit.beforeWriting(), FORBIDDEN, 'FAILED', false],
  [
    'in a way that nobody foresaw, after the intent',
    (audit) => audit.beforeWriting(),
    new Error('bug'),
    'UNKNOWN',
    null,
  ],
  [
    'after something was changed',
    async (audit) => {
      await audit.beforeWriting();
      audit.note({ changed: true });
    },
    FORBIDDEN,
    'INCOMPLETE',
    true,
  ],
  [
    'in a way that nobody foresaw, after something was changed',
    async (audit) => {
      await audit.beforeWriting();
      audit.note({ changed: true });
    },
    new Error('bug'),
    'UNKNOWN',
    true,
  ],
];

test.each(FAILURES)('a mutation that fails %s', async (_when, work, thrown, outcome, changed) => {
  const { run, lines } = request();

  const running = run(async (audit) => {
    await work(audit);
    throw thrown;
  });

  await expect(running).rejects.toBe(thrown);
  expect(lines.at(-1)).toMatchObject({ action: 'blockApiToken', outcome, changed });
});

test('the intent comes once, however often a mutation is about to write', async () => {
  const { run, lines } = request();

  await run(async (audit) => {
    await audit.beforeWriting();
    await audit.beforeWriting();
    return DONE;
  });

  expect(lines.map((line) => ('intent' in line ? 'intent' : 'event'))).toEqual(['intent', 'event']);
});

test('the actor of a mutation that ran on no credential is the first that the platform accepts', async () => {
  const { run, lines } = request([PRESUMED, ORGANIZATION]);

  await run(async () => ({ userErrors: [{ code: 'INVALID_ID', message: '' }] }));

  expect(lines).toMatchObject([{ actor: { kind: 'organization', fingerprint: 'of the organization' } }]);
});

test('a presumed token leaves no line until something is sent with it', async () => {
  const [idle, sending] = [request([PRESUMED]), request([PRESUMED])];

  await idle.run(async () => DONE);
  await sending.run(async (audit) => {
    await audit.beforeWriting();
    return DONE;
  });

  expect(idle.lines).toEqual([]);
  expect(sending.lines).toMatchObject([{ intent: 'blockApiToken' }, { actor: { kind: 'unidentified', hint: '…' } }]);
});
