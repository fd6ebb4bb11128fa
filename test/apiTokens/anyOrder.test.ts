import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Fault } from '../../emulator/emulator.ts';
import { type Facade, routes } from '../support/facade.ts';
import { idOf, type Managed, startManaged } from '../support/managing.ts';

const FAULTS: Partial<Fault>[] = [
  { kind: 'loseAnswer' },
  { kind: 'truncate' },
  { kind: 'drop' },
  { kind: 'status', status: 500 },
  { kind: 'latency', ms: 30 },
];

const step = fc.record({
  mutation: fc.constantFrom('create', 'createKeyed', 'block', 'unblock', 'revoke', 'rotate', 'outOfBand'),
  /** Which replica and which token, modulo what there is. */
  replica: fc.nat(1),
  token: fc.nat(20),
  fault: fc.option(fc.constantFrom(...FAULTS), { freq: 3 }),
  route: fc.constantFrom(routes.createToken, routes.updateToken, routes.revokeToken, routes.validate),
  /** Whether the next step begins while this one is under way. */
  overlaps: fc.boolean(),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

const WANTED: Record<string, [mutation: string, status: string, accepted: boolean]> = {
  block: ['blockApiToken', 'Blocked', false],
  unblock: ['unblockApiToken', 'Active', true],
  revoke: ['revokeApiToken', 'Revoked', false],
};

/** What one step came to: whatever it handed out, and whether it may have created something. */
interface Result {
  readonly secrets: string[];
  readonly mayHaveCreated: number;
}
const NOTHING: Result = { secrets: [], mayHaveCreated: 0 };

/** Runs a mutation that nobody disturbs, or that others do, and compares what its caller is told with the audit log. */
async function told(facade: Managed, overlaps: boolean, name: string, input: object) {
  const logged = () => facade.events().at(-1);
  try {
    const payload = await facade.mutate(name, input);
    const codes = payload.userErrors.map(({ code }: { code: string }) => code);
    if (!overlaps) expect(logged()).toMatchObject({ action: name, codes });
    return payload;
  } catch (error) {
    const [code] = (error instanceof Error ? error.message : '').split(':');
    if (!overlaps) expect(logged()).toMatchObject({ action: name, codes: [code] });
    throw error;
  }
}

async function perform(facade: Managed, { mutation, replica, token, overlaps }: Step, index: number): Promise<Result> {
  const tokens = facade.truth();
  const target = tokens[token % tokens.length]!;
  const id = idOf(facade.projectId, target.id);
  if (mutation === 'outOfBand') {
    if (target.status !== 'Revoked') facade.emulator.setTokenStatus(target.id, 'Blocked');
    return NOTHING;
  }
  try {
    if (mutation === 'create' || mutation === 'createKeyed') {
      // Replicas that share no state cannot tell each other's creations of one name apart (docs/decisions/10).
      const name = `${mutation === 'create' ? 'Alike' : `Keyed ${token % 3}`} of ${replica}`;
      const key = mutation === 'create' ? {} : { idempotencyKey: name };
      const { secret } = await told(facade, overlaps, 'createApiToken', { projectId: facade.projectId, name, ...key });
      return { secrets: secret === null ? [] : [secret], mayHaveCreated: 1 };
    }
    if (mutation === 'rotate') {
      const { secret, stage } = await told(facade, overlaps, 'rotateApiToken', {
        id,
        oldToken: 'KEEP',
        idempotencyKey: `${index}`,
      });
      if (stage === 'COMPLETE' && !overlaps && secret !== null) {
        expect(facade.truth().find((each) => each.id === secret)?.isAccepted).toBe(true);
      }
      return { secrets: secret === null ? [] : [secret], mayHaveCreated: 1 };
    }
    const [name, status, isAccepted] = WANTED[mutation]!;
    const { verification } = await told(facade, overlaps, name, { id });
    if (verification?.outcome === 'CONFIRMED' && !overlaps) {
      expect(facade.truth().find((each) => each.id === target.id)).toMatchObject({ status, isAccepted });
      expect(facade.events().at(-1)).toMatchObject({ after: { status: status.toUpperCase() }, verification });
    }
    return NOTHING;
  } catch (error) {
    expect(String(error)).toMatch(/OUTCOME_UNKNOWN|UPSTREAM_/);
    return {
      secrets: [],
      mayHaveCreated: mutation === 'create' || mutation === 'createKeyed' || mutation === 'rotate' ? 1 : 0,
    };
  }
}

async function performAll(replicas: readonly Managed[], steps: readonly Step[]): Promise<Result[]> {
  const running: Promise<Result>[] = [];
  for (const [index, one] of steps.entries()) {
    // Successors of one token bear one name, too: see above.
    const facade = replicas[one.mutation === 'rotate' ? 0 : one.replica % replicas.length]!;
    facade.emulator.setFaults(one.fault ? [{ ...one.fault, route: one.route, times: 1 } as Fault] : []);
    // What a step is told counts only when nobody else is at work.
    const overlaps = one.overlaps || running.length > 0;
    const result = perform(facade, { ...one, overlaps }, index);
    running.push(result);
    if (!one.overlaps) {
      await Promise.all(running);
      running.length = 0;
    }
    results.push(result);
  }
  return Promise.all(results.splice(0));
}
const results: Promise<Result>[] = [];

test('any order of requests and faults makes one token for each creation, no secret twice, all audited', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 10 }), async (steps) => {
      const env = { VERIFY_TIMEOUT_MS: '150', UPSTREAM_TIMEOUT_MS: '2000' };
      const one = await startManaged({ emulator: { organizations: 1, projects: 2, tokenMark: 'CANARY' }, env });
      const other = await startManaged({ sharedEmulator: one.emulator, env });
      try {
        const before = one.truth().length;
        const all = await performAll([one, other], steps);
        one.emulator.setFaults([]);

        const created = one.truth().slice(before);
        const secrets = all.flatMap((result) => result.secrets);
        expect(created.length).toBeLessThanOrEqual(all.reduce((sum, { mayHaveCreated }) => sum + mayHaveCreated, 0));
        expect(new Set(secrets).size).toBe(secrets.length);
        expect(created.map(({ id }) => id)).toEqual(expect.arrayContaining(secrets));
        const mutations = steps.filter(({ mutation }) => mutation !== 'outOfBand');
        expect(one.events().length + other.events().length).toBe(mutations.length);
        for (const { log, audit } of [one, other] as Facade[]) {
          expect(log() + JSON.stringify(audit())).not.toContain('CANARY');
        }
      } finally {
        await other.close();
        await one.close();
      }
    }),
    { numRuns: 25 },
  );
});
