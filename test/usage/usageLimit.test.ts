import { expect, test } from 'vitest';
import type { EmulatorOptions } from '../../emulator/emulator.ts';
import { codes, type Facade, routes, startFacade } from '../support/facade.ts';

const LIMITS = `query ($id: ID) { organization(id: $id) { projects { nodes { id usageLimit {
  status period unit softLimit hardLimit used remaining isRenewable validFrom validUntil } } } } }`;

interface WireLimit {
  readonly status: number;
  readonly subscriptionType: string;
  readonly usageUnit: string;
  readonly hardLimit: number;
  readonly softLimit: number;
  readonly usedAmount: number;
  readonly remainingUsage: number;
  readonly renewalStatus: string;
  readonly validFrom: string;
  readonly validUntil?: string;
}

async function withPlatform(options: EmulatorOptions, check: (facade: Facade) => Promise<void>) {
  const facade = await startFacade({ emulator: { projects: 12, ...options } });
  try {
    await check(facade);
  } finally {
    await facade.close();
  }
}

/** The limit in force, as the platform's list tells it: active, or reached. */
async function truth({ emulator }: Facade, organization: string, project: string, token: string) {
  const url = `${emulator.url}/v2/usageLimits/organizations/${organization}/projects/${project}/limits`;
  const answer = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
  const body = (await answer.json()) as Record<string, WireLimit[]>;
  const limit = (body.usageLimits ?? body.limits ?? []).find(({ status }) => status === 1 || status === 3);
  return limit === undefined
    ? null
    : {
        status: limit.status === 1 ? 'ACTIVE' : 'REACHED',
        period: limit.subscriptionType.toUpperCase(),
        unit: limit.usageUnit.toUpperCase(),
        softLimit: String(limit.softLimit),
        hardLimit: String(limit.hardLimit),
        used: String(limit.usedAmount),
        remaining: String(limit.remainingUsage),
        isRenewable: limit.renewalStatus === 'Renewable',
        validFrom: `${limit.validFrom}.000Z`,
        validUntil: limit.validUntil === undefined ? null : `${limit.validUntil}.000Z`,
      };
}

test.each<[string, EmulatorOptions]>([
  ['usageLimits', {}],
  ['limits', { limitListKey: 'limits' }],
  ['usageLimits, with plain 400s', { strict400: true, absentLimit: 'empty' }],
])('the limit in force is shown when the list stands under %s, for one call a project', async (_name, options) => {
  await withPlatform(options, async (facade) => {
    const { id, token, projects } = facade.emulator.seeded.organizations[0]!;
    const { data, errors } = await facade.query(LIMITS, { token });
    expect(errors).toBeUndefined();
    expect(facade.upstream()).toEqual({
      [routes.validate]: 1,
      [routes.listProjects]: 1,
      [routes.listProjectLimits]: projects.length,
    });
    const shown: { id: string; usageLimit: { status: string } | null }[] = data.organization.projects.nodes;
    for (const node of shown) expect(node.usageLimit).toEqual(await truth(facade, id, node.id, token));
    expect(shown.some(({ usageLimit }) => usageLimit === null)).toBe(true);
    expect(shown.some(({ usageLimit }) => usageLimit?.status === 'REACHED')).toBe(true);
  });
});

test('with tokens of two organizations each limit is asked for in the organization of its project', async () => {
  await withPlatform({ projects: 2 }, async (facade) => {
    const [first, second] = facade.emulator.seeded.organizations;
    const tokens = { token: first!.token, tokens: [second!.token] };
    const { data, errors } = await facade.query(LIMITS, { ...tokens, variables: { id: second!.id } });

    expect(errors).toBeUndefined();
    for (const node of data.organization.projects.nodes) {
      expect(node.usageLimit).toEqual(await truth(facade, second!.id, node.id, second!.token));
    }
  });
});

test('a project token does not open limits, and none is asked for', async () => {
  await withPlatform({ projects: 2 }, async (facade) => {
    const [project] = facade.emulator.seeded.organizations[0]!.projects;
    const answer = await facade.query('query ($id: ID!) { project(id: $id) { name usageLimit { status } } }', {
      token: project!.tokens[0]!.id,
      variables: { id: project!.id },
    });

    expect(answer.data.project).toEqual({ name: project!.name, usageLimit: null });
    expect(codes(answer)).toEqual(['CREDENTIAL_REQUIRED']);
    expect(facade.upstream()[routes.listProjectLimits]).toBeUndefined();
  });
});

test('a platform without limits makes the field an error, not "none"', async () => {
  await withPlatform({ projects: 1 }, async (facade) => {
    facade.emulator.setFaults([{ route: routes.listProjectLimits, kind: 'status', status: 404, id: 404 }]);
    const { token } = facade.emulator.seeded.organizations[0]!;
    const answer = await facade.query(LIMITS, { token });

    expect(answer.data.organization.projects.nodes[0].usageLimit).toBeNull();
    expect(codes(answer)).toEqual(['UPSTREAM_BAD_RESPONSE']);
  });
});
