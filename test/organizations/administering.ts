import { onTestFinished } from 'vitest';
import { type Answer, codes, type FacadeOptions, type Request, startFacade } from '../support/facade.ts';

const PATH = '/v2/admin/organizations';
export const LIST = `GET ${PATH}`;
export const CREATE = `POST ${PATH}`;
export const DELETE = `DELETE ${PATH}/{organization}`;

/** A facade whose caller is a system administrator, and which knows them already. */
export async function administering(options: FacadeOptions = {}) {
  const facade = await startFacade({ emulator: { projects: 3 }, ...options });
  onTestFinished(() => facade.close());
  const { emulator } = facade;
  const { token, projectId } = emulator.seeded.systemAdministrator;
  const administrator: Request = { token, headers: { ProjectId: projectId } };
  await facade.query('{ viewer { scopes } }', administrator);
  emulator.resetCalls();
  /** Asks as the administrator, unless told otherwise. */
  const ask = async (document: string, request: Request = administrator) => {
    const answer = await facade.query(document, request);
    return { ...answer, codes: codes(answer), upstream: facade.upstream() };
  };
  /** Runs one mutation. Answers with its payload, or throws the code of its error. */
  const mutate = async (name: string, input: object, selection: string, request: Request = administrator) => {
    const type = `${name[0]!.toUpperCase()}${name.slice(1)}Input`;
    const document = `mutation ($input: ${type}!) { ${name}(input: $input) { ${selection} userErrors { code field message } } }`;
    const { data, errors }: Answer = await facade.query(document, { ...request, variables: { input } });
    if (errors) throw new Error(`${errors[0]!.extensions.code}: ${errors[0]!.message}`);
    return data[name];
  };
  /** Names of the organizations that the platform has. */
  const names = async (): Promise<string[]> => {
    const response = await fetch(`${emulator.url}${PATH}`, { headers: { authorization: `Bearer ${token}` } });
    const { organizations } = (await response.json()) as { organizations: { organizationName: string }[] };
    return organizations.map(({ organizationName }) => organizationName);
  };
  const writes = () =>
    Object.fromEntries(Object.entries(facade.upstream()).filter(([route]) => !route.startsWith('GET ')));
  const events = () => facade.audit().filter(({ action }) => action !== undefined);
  return { ...facade, administrator, ask, mutate, names, writes, events };
}
