import { memberChooser } from '../credentials/borrowing.ts';
import type { Credentials } from '../credentials/credentials.ts';
import type { Identities } from '../credentials/identities.ts';
import type { Ids } from '../ids.ts';
import type { PlatformSession } from '../platform/client.ts';
import { type ApiTokenLoaders, apiTokenLoaders, type TokenManagerCredential } from './apiTokens.ts';
import { type AssistantLoaders, assistantLoaders } from './assistants.ts';
import { memberLoader } from './members.ts';
import { type ProjectLoaders, projectLoaders } from './projects.ts';
import { type RequestLoaders, requestLoaders } from './requests.ts';
import { type UsageLimitLoader, usageLimitLoader } from './usageLimits.ts';

/** Everything that the resolvers read, batched and remembered for one request. */
export interface Loaders {
  readonly projects: ProjectLoaders;
  readonly apiTokens: ApiTokenLoaders;
  readonly assistants: AssistantLoaders;
  readonly requests: RequestLoaders;
  readonly usageLimits: UsageLimitLoader;
  /** Drops what hangs on a project's tokens, after one was created or changed: the list, and a token borrowed from it. */
  tokensChanged(manager: TokenManagerCredential, projectId: string): void;
}

export interface LoaderOptions {
  readonly credentials: Credentials;
  readonly identities: Identities;
  readonly session: PlatformSession;
  readonly ids: Ids;
  /** Whether an organization's holder may use the tokens of its projects to read what is inside them. */
  readonly borrowProjectTokens: boolean;
}

export function createLoaders({ credentials, identities, session, ids, borrowProjectTokens }: LoaderOptions): Loaders {
  const projects = projectLoaders(credentials, session);
  const apiTokens = apiTokenLoaders(credentials, session, ids, projects);
  // Through the loader, so that a query which reads the tokens as well lists them once.
  const borrowFrom = async (projectId: string) => {
    const project = { id: projectId, organizationId: null };
    const lender = await apiTokens.manager(project);
    const tokens = lender && (await apiTokens.ofProject(project));
    return tokens && { lender, tokens };
  };
  const member = memberChooser(credentials, identities, borrowProjectTokens ? borrowFrom : null);
  const members = memberLoader(member);
  const assistants = assistantLoaders(members, session);
  const requests = requestLoaders(members, session, identities);
  const usageLimits = usageLimitLoader(apiTokens, session);
  const tokensChanged = (manager: TokenManagerCredential, projectId: string) => {
    apiTokens.forget(manager, projectId);
    members.forget(projectId);
  };
  return { projects, apiTokens, assistants, requests, usageLimits, tokensChanged };
}
