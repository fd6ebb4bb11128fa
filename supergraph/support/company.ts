import { type Emulator, startEmulator } from '../../emulator/emulator.ts';
import type { Subgraph } from '../../test/federation/supergraph.ts';
import { type Facade, startFacade } from '../../test/support/facade.ts';
import { type Issuer, jwtMode, startIssuer } from '../../test/support/issuer.ts';
import { subgraphSdl } from '../../tools/schema/sdl.ts';
import { BUDGETS_SDL, type BudgetsSubgraph, startBudgets } from '../sample/budgets.ts';

export const ROUTER_SECRET = 'test-only-secret-of-the-router-of-32';
export const UNKNOWN_ID = '00000000-0000-4000-8000-000000000000';

type Project = Facade['emulator']['seeded']['organizations'][number]['projects'][number];

/** A company: our facade behind its router, the subgraph of another team, and the issuer of its tokens. */
export interface Company {
  readonly emulator: Emulator;
  readonly facade: Facade;
  readonly budgets: BudgetsSubgraph;
  readonly subgraphs: readonly [geai: Subgraph, budgets: Subgraph];
  /** Projects that callers see, and one that they do not. Budget `all` has the visible ones, `old` the first, an unknown and the foreign one. */
  readonly visible: readonly Project[];
  readonly foreign: Project;
  /** A token of a caller. */
  token(claims?: Readonly<Record<string, unknown>>): Promise<string>;
  close(): Promise<void>;
}

/** Starts it. Close it when done. */
export async function startCompany(env: Readonly<Record<string, string>> = {}): Promise<Company> {
  const emulator = await startEmulator({ organizations: 1, projects: 4 });
  const issuer: Issuer = await startIssuer();
  const organization = emulator.seeded.organizations[0];
  const foreign = organization?.projects.at(-1);
  if (!organization || !foreign) throw new Error('nothing was seeded');
  const visible = organization.projects.slice(0, -1);
  const opening = visible[0]?.tokens.find(({ status }) => status === 'Active')?.id ?? '';
  const facade = await startFacade({
    sharedEmulator: emulator,
    env: {
      ...jwtMode(issuer, [organization.token, opening]),
      ROUTER_SECRET,
      JWT_PROJECTS_CLAIM: 'projects',
      ...env,
    },
  });
  const ids = visible.map(({ id }) => id);
  const budgets = await startBudgets([
    { code: 'all', projectIds: ids },
    { code: 'old', projectIds: [ids[0] ?? '', UNKNOWN_ID, foreign.id] },
  ]);
  return {
    ...{ emulator, facade, budgets, visible, foreign },
    subgraphs: [
      { name: 'geai', url: `${facade.url}/graphql`, sdl: subgraphSdl() },
      { name: 'budgets', url: budgets.url, sdl: BUDGETS_SDL },
    ],
    token: (claims) => issuer.token({ projects: [...ids, UNKNOWN_ID], ...claims }),
    close: async () => {
      for (const one of [budgets, facade, issuer, emulator]) await one.close();
    },
  };
}
