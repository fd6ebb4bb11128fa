import { afterAll, beforeAll } from 'vitest';
import type { SeededOrganization } from '../../emulator/emulator.ts';
import { type Facade, startFacade } from '../../test/support/facade.ts';

/** A facade on the emulator, as a client meets it: an address, headers, and what is truly there. */
export interface Scene {
  readonly url: () => string;
  readonly headers: () => Record<string, string>;
  readonly projectId: () => string;
  /** Names of all projects, in the order of the graph. */
  readonly projectNames: () => string[];
}

export const PROJECTS_OF_A_PAGE = 3;

/** An operation of which one field fails: the headers hold no token of a project. */
export const PARTIAL =
  'query Partial { organization { id name projects(first: 1) { nodes { id name assistants { totalCount } } } } }';

export interface Partial {
  readonly organization: { readonly projects: { readonly nodes: readonly { name: string; assistants: null }[] } };
}

/** Starts the facade before the tests of a file, and closes it after them. */
export function openScene(): Scene {
  let facade: Facade;
  beforeAll(async () => {
    facade = await startFacade({ emulator: { projects: 8 }, env: { CACHE: 'memory' } });
  });
  afterAll(() => facade.close());
  const organization = (): SeededOrganization => {
    const [first] = facade.emulator.seeded.organizations;
    if (!first) throw new Error('the emulator has no organization');
    return first;
  };
  return {
    url: () => `${facade.url}/graphql`,
    headers: () => ({ authorization: `Bearer ${organization().token}` }),
    projectId: () => organization().projects[0]?.id ?? '',
    projectNames: () =>
      organization()
        .projects.map(({ name }) => name)
        .sort((one, other) => (one.toLowerCase() < other.toLowerCase() ? -1 : 1)),
  };
}
