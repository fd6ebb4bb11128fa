import { onTestFinished } from 'vitest';
import type { FacadeOptions } from '../support/facade.ts';
import { startManaged } from '../support/managing.ts';

const ORGANIZATION = '/v2/usageLimits/organizations/{organization}';

/** The routes of the limits of a project or an organization, as the emulator counts them. */
function routesOf(path: string) {
  return {
    list: `GET ${path}`,
    define: `POST ${path}`,
    cancel: `DELETE ${path}/{id}`,
    hardLimit: `PUT ${path}/{id}/hardLimit`,
    softLimit: `PUT ${path}/{id}/softLimit`,
    renewal: `PUT ${path}/{id}/renewalStatus`,
  };
}

export const PROJECT_ROUTES = routesOf(`${ORGANIZATION}/projects/{project}/limits`);
export const ORGANIZATION_ROUTES = routesOf(`${ORGANIZATION}/limits`);

export const LIMIT = { period: 'MONTHLY', unit: 'COST', softLimit: '80', hardLimit: '100', isRenewable: true };
export const SELECTION = `usageLimit { period unit softLimit hardLimit isRenewable status } changed applied remaining isConfirmed`;

/** A facade, and a project that never had a limit. */
export async function limited(options: FacadeOptions = {}) {
  const facade = await startManaged(options);
  onTestFinished(() => facade.close());
  const { token, organizationId, emulator } = facade;
  const projectId = emulator.seeded.organizations[0]!.projects[3]!.id;
  const set = (input: object = {}) =>
    facade.mutate('setUsageLimit', { projectId, ...LIMIT, ...input }, { selection: SELECTION });
  const cancel = (input: object = { projectId }) =>
    facade.mutate('cancelUsageLimit', input, { selection: 'usageLimit { hardLimit status } changed isConfirmed' });
  /** The limits as the platform lists them, all that ever were. */
  const listed = async (path = `/projects/${projectId}`): Promise<Record<string, unknown>[]> => {
    const url = `${emulator.url}/v2/usageLimits/organizations/${organizationId}${path}/limits`;
    const answer = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
    return ((await answer.json()) as { usageLimits: Record<string, unknown>[] }).usageLimits;
  };
  /** Calls that changed something since the last reset, in no order. */
  const writes = () =>
    Object.fromEntries(Object.entries(facade.upstream()).filter(([route]) => !route.startsWith('GET ')));
  return { ...facade, projectId, set, cancel, listed, writes };
}
