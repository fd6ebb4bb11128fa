import type { Restriction } from '../access/visibility.ts';
import type { TokenScope } from '../cost/reading.ts';
import { projectCredentialChooser } from '../credentials/borrowing.ts';
import type { Credentials } from '../credentials/credentials.ts';
import type { TokenIntrospection } from '../credentials/tokenIntrospection.ts';
import type { Credential, CredentialKind } from '../platform/client/credential.ts';
import type { Endpoint } from '../platform/client/endpoint.ts';
import type { PlatformSession } from '../platform/client/session.ts';
import type { Ids } from '../values/ids.ts';
import {
  type ApiTokenLoaders,
  apiTokenLoaders,
  type ProjectReference,
  type TokenManagerCredential,
} from './apiTokens.ts';
import { type AssistantLoaders, assistantLoaders } from './assistants.ts';
import { PerCredential } from './perCredential.ts';
import { type ProjectCredentials, projectCredentials } from './projectCredentials.ts';
import { type ProjectLoaders, projectLoaders } from './projects.ts';
import { type RequestLoaders, requestLoaders } from './requests.ts';

interface LoaderOptions {
  readonly credentials: Credentials;
  readonly introspection: TokenIntrospection;
  readonly session: PlatformSession;
  readonly ids: Ids;
  /** Restriction of the caller to some organizations and projects. */
  readonly restriction: Restriction;
  /** True if an organization's holder may use the tokens of its projects to read inside them. */
  readonly borrowProjectTokens: boolean;
}

/** Everything that the resolvers read, batched and remembered for one request. Each part is made when first used. */
export class Loaders {
  readonly #options: LoaderOptions;
  #projects: ProjectLoaders | undefined;
  #apiTokens: ApiTokenLoaders | undefined;
  #projectCredentials: ProjectCredentials | undefined;
  #assistants: AssistantLoaders | undefined;
  #requests: RequestLoaders | undefined;
  #answers: PerCredential<Promise<unknown>> | undefined;

  constructor(options: LoaderOptions) {
    this.#options = options;
  }

  get projects(): ProjectLoaders {
    const { credentials, session, restriction } = this.#options;
    this.#projects ??= projectLoaders(credentials, session, restriction);
    return this.#projects;
  }

  get apiTokens(): ApiTokenLoaders {
    const { credentials, session, ids } = this.#options;
    this.#apiTokens ??= apiTokenLoaders(credentials, session, ids, this.projects);
    return this.#apiTokens;
  }

  get assistants(): AssistantLoaders {
    this.#assistants ??= assistantLoaders(this.projectCredentials, this.#options.session);
    return this.#assistants;
  }

  get requests(): RequestLoaders {
    const { session, introspection } = this.#options;
    this.#requests ??= requestLoaders(this.projectCredentials, session, introspection);
    return this.#requests;
  }

  get credentials(): Credentials {
    return this.#options.credentials;
  }

  /** Answer of the platform to a credential. Equal calls of the request are one. */
  read<Kind extends CredentialKind, Args, Value>(
    credential: Credential<Kind>,
    endpoint: Endpoint<Kind, Args, Value>,
    args: Args,
  ): Promise<Value> {
    this.#answers ??= new PerCredential();
    const name = `${endpoint.name} ${JSON.stringify(args)}`;
    const call = () => this.#options.session.as(credential).call(endpoint, args);
    return this.#answers.getOrMake(credential, name, call) as Promise<Value>;
  }

  /** The credential of a scope for a project; null when there is no such project. Throws `CredentialError`. */
  credentialFor(scope: TokenScope, project: ProjectReference): Promise<Credential | null> {
    return scope === 'ORGANIZATION' ? this.apiTokens.manager(project) : this.projectCredentials.load(project.id);
  }

  /** Drops everything that was read, before a change that is to judge by nothing older than itself. */
  startOver(): void {
    this.#projects = undefined;
    this.#apiTokens = undefined;
    this.#projectCredentials = undefined;
    this.#assistants = undefined;
    this.#requests = undefined;
    this.#answers = undefined;
  }

  /** Drops what hangs on a project's tokens, after one was created or changed: the list, and a token borrowed from it. */
  tokensChanged(manager: TokenManagerCredential, projectId: string): void {
    this.apiTokens.forget(manager, projectId);
    this.projectCredentials.forget(projectId);
  }

  /** The credentials that open the inside of projects. */
  get projectCredentials(): ProjectCredentials {
    const { credentials, introspection, borrowProjectTokens } = this.#options;
    // Through the loader, so that a query which reads the tokens as well lists them once.
    const borrowFrom = borrowProjectTokens ? (id: string) => this.apiTokens.loan({ id, organizationId: null }) : null;
    this.#projectCredentials ??= projectCredentials(projectCredentialChooser(credentials, introspection, borrowFrom));
    return this.#projectCredentials;
  }
}
