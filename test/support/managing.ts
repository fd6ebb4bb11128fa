import { createIds } from '../../src/values/ids.ts';
import { Secret } from '../../src/values/secret.ts';
import { inputTypeOf } from './examples.ts';
import { type AuditLine, type Facade, type FacadeOptions, startFacade, TEST_ID_SECRET } from './facade.ts';

const ids = createIds(new Secret(TEST_ID_SECRET));

/** What each mutation is asked for, unless a test asks for something else. */
const SELECTIONS: Record<string, string> = {
  createApiToken: 'secret sealedSecret recovered apiToken { id name status }',
  blockApiToken: 'changed apiToken { status } verification { outcome verifiedAt watchedMs reason }',
  unblockApiToken: 'changed apiToken { status } verification { outcome verifiedAt watchedMs reason }',
  revokeApiToken: 'changed apiToken { status } verification { outcome verifiedAt watchedMs reason }',
  rotateApiToken: `secret sealedSecret recovered stage apiToken { id name description status } oldApiToken { id status }
    verification { outcome } oldVerification { outcome }`,
  createProject: 'project { id name } recovered apiTokens { secret sealedSecret apiToken { id name } }',
};

export interface Managed extends Facade {
  /** An organization's token, and the first of its projects. */
  readonly token: string;
  readonly projectId: string;
  readonly organizationId: string;
  /** Runs one mutation. Answers with its payload, or throws the code of its error. */
  // biome-ignore lint/suspicious/noExplicitAny: tests read deep into answers; a wrong path fails the assertion.
  mutate(name: string, input: object, options?: { token?: string; selection?: string }): Promise<any>;
  /** The tokens of the first project as they truly are. */
  truth(): ReturnType<Facade['emulator']['tokens']>;
  /** Events of the audit log: its lines without the intents. */
  events(): AuditLine[];
}

/** The graph's id of a token. */
export function idOf(projectId: string, value: string): string {
  return ids.apiTokenId(projectId, { secret: new Secret(value), name: '', createdAt: null });
}

/** A facade whose platform knows the token already, for counting what a mutation costs. */
export async function startManaged(options: FacadeOptions = {}): Promise<Managed> {
  const facade = await startFacade({ emulator: { organizations: 1, projects: 4 }, ...options });
  const { id, token, projects } = facade.emulator.seeded.organizations[0]!;
  const projectId = projects[0]!.id;
  await facade.query('{ viewer { scopes } }', { token });
  facade.emulator.resetCalls();
  return {
    ...facade,
    token,
    projectId,
    organizationId: id,
    mutate: async (name, input, { token: other = token, selection = SELECTIONS[name] ?? '' } = {}) => {
      const document = `mutation ($input: ${inputTypeOf(name)}!) { ${name}(input: $input) { ${selection} userErrors { code field message } } }`;
      const { data, errors } = await facade.query(document, { token: other, variables: { input } });
      if (errors) throw new Error(`${errors[0]!.extensions.code}: ${errors[0]!.message}`);
      return data[name];
    },
    truth: () => facade.emulator.tokens(projectId),
    events: () => facade.audit().filter(({ action }) => action !== undefined),
  };
}
