import { onTestFinished } from 'vitest';
import { type Emulator, startEmulator } from '../../emulator/emulator.ts';
import { type Facade, startFacade } from '../support/facade.ts';
import { type HoldingProxy, startHoldingProxy } from '../support/holdingProxy.ts';

export const TOKEN_NAMES = 'query ($id: ID!) { project(id: $id) { apiTokens(first: 100) { nodes { name } } } }';
export const PROJECT_NAMES = '{ organization { projects { nodes { name } } } }';
const CREATE = `mutation ($input: CreateApiTokenInput!) { createApiToken(input: $input) {
  apiToken { name } userErrors { code } } }`;

export const TOKEN_LIST = /\/tokens/;
export const PROJECT_LIST = /\/organization\/projects/;

/** Replicas before one platform, with answers that can be kept back on their way. */
export interface Stage {
  readonly emulator: Emulator;
  readonly proxy: HoldingProxy;
  readonly replicas: readonly Facade[];
  readonly tokens: readonly string[];
  readonly projectId: string;
  tokenNames(replica: Facade): Promise<string[]>;
  createToken(replica: Facade, name: string): Promise<void>;
}

/** Starts a stage, which goes away with the test. Every caller has been seen by every replica once. */
export async function setStage(env: Record<string, string>, count = 1): Promise<Stage> {
  const emulator = await startEmulator({ projects: 4 });
  const proxy = await startHoldingProxy(emulator.url);
  const options = { sharedEmulator: emulator, env: { GEAI_BASE_URL: proxy.url, LOG_LEVEL: 'silent', ...env } };
  const replicas = await Promise.all(Array.from({ length: count }, () => startFacade(options)));
  onTestFinished(async () => {
    await proxy.close();
    await Promise.all(replicas.map((replica) => replica.close()));
    await emulator.close();
  });
  const tokens = emulator.seeded.organizations.map(({ token }) => token);
  const [token = ''] = tokens;
  const projectId = emulator.seeded.organizations[0]?.projects[0]?.id ?? '';
  for (const replica of replicas) {
    for (const one of tokens) await replica.query('{ viewer { scopes } }', { token: one });
  }
  emulator.resetCalls();
  return {
    emulator,
    proxy,
    replicas,
    tokens,
    projectId,
    tokenNames: async (replica) => {
      const { data } = await replica.query(TOKEN_NAMES, { token, variables: { id: projectId } });
      return data.project.apiTokens.nodes.map(({ name }: { name: string }) => name);
    },
    createToken: async (replica, name) => {
      const { data } = await replica.query(CREATE, { token, variables: { input: { projectId, name } } });
      if (data?.createApiToken?.apiToken?.name !== name) throw new Error('nothing was created');
    },
  };
}

/** Whatever was sent to the replica before has been taken in when this is over: its turn comes after theirs. */
export async function settled(replica: Facade): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await replica.query('{ __typename }');
}
