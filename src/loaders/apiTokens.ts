import DataLoader from 'dataloader';
import type { Loan } from '../credentials/borrowing.ts';
import type { Credentials } from '../credentials/credentials.ts';
import type { Credential } from '../platform/client/credential.ts';
import { absentAsNull } from '../platform/client/errors.ts';
import { absentFrom } from '../platform/client/lists.ts';
import type { PlatformSession } from '../platform/client/session.ts';
import { type ApiTokenList, type ApiTokenRecord, listApiTokens } from '../platform/resources/apiTokens.ts';
import type { ApiTokenHandle, Ids } from '../values/ids.ts';
import { toResults } from '../values/result.ts';
import { PerCredential } from './perCredential.ts';
import type { ProjectLoaders } from './projects.ts';
import { ofProjects } from './source.ts';

/** A project by id, with its organization where that is known: it saves looking for the right credential. */
export interface ProjectReference {
  readonly id: string;
  readonly organizationId: string | null;
}

export type TokenManagerCredential = Credential<'organization' | 'oauth'>;

export interface ApiTokenLoaders {
  /** The tokens of a project, in no promised order; null when there is no such project. */
  ofProject(project: ProjectReference): Promise<ApiTokenList | null>;
  /** The token behind an id; null when the project has none such. One call per project, however many handles. */
  byHandle(handle: ApiTokenHandle): Promise<ApiTokenRecord | null>;
  /** The tokens of a project with the credential that listed them; null when there is no such project. */
  loan(project: ProjectReference): Promise<Loan | null>;
  /** The credential that manages the tokens of a project; null when there is no such project. */
  manager(project: ProjectReference): Promise<TokenManagerCredential | null>;
  /**
   * Lists a project's tokens anew, once and within so many milliseconds. Remembers the answer for the rest of the request.
   * Throws `PlatformError`.
   */
  reread(credential: TokenManagerCredential, projectId: string, withinMs?: number): Promise<ApiTokenList>;
  /** Drops what was read of a project's tokens, after a change. */
  forget(credential: TokenManagerCredential, projectId: string): void;
}

/** The tokens of a project, in no promised order. */
export const projectTokens = ofProjects<object, ApiTokenList>({
  takes: 'ORGANIZATION',
  cost: (projects, { path }, estimator) => estimator.tokenLists(projects, path),
  read: ({ apiTokens }, project) => apiTokens.ofProject(project),
});

/** Thrown for a handle that cannot be told to be absent: the platform masks the values that it would be compared with. */
export class MaskedTokensError extends Error {
  override readonly name = 'MaskedTokensError';
}

export function apiTokenLoaders(
  credentials: Credentials,
  session: PlatformSession,
  ids: Ids,
  projects: ProjectLoaders,
): ApiTokenLoaders {
  const lists = new PerCredential<Promise<ApiTokenList>>();
  const listAs = (credential: TokenManagerCredential, projectId: string) =>
    lists.getOrMake(credential, projectId, () => session.as(credential).call(listApiTokens, { projectId }));

  const manager = async ({
    id: projectId,
    organizationId,
  }: ProjectReference): Promise<TokenManagerCredential | null> => {
    const target = { projectId, organizationId };
    const identified = await credentials.identified();
    const candidates = identified.candidates(listApiTokens, target);
    if (!candidates) return null;
    if (candidates.length === 0) return identified.for(listApiTokens, target);
    if (candidates.length === 1 && !identified.unidentified) return candidates[0] ?? null;
    // Several organizations: only one has the project.
    const found = await projects.load(projectId);
    return found && identified.for(listApiTokens, { projectId, organizationId: found.organizationId });
  };

  const loan = async (project: ProjectReference): Promise<Loan | null> => {
    const lender = await manager(project);
    const tokens = lender && (await absentAsNull(listAs(lender, project.id)));
    return tokens && { lender, tokens };
  };

  const ofProject = async (project: ProjectReference) => (await loan(project))?.tokens ?? null;

  const byHandle = new DataLoader<ApiTokenHandle, ApiTokenRecord | null>(
    async (handles) => {
      const searched = new Map<string, Promise<HashedTokens>>();
      const tokensOf = (projectId: string) => {
        const listed = () => ofProject({ id: projectId, organizationId: null });
        const known = searched.get(projectId) ?? listed().then((tokens) => new HashedTokens(ids, tokens ?? NO_TOKENS));
        searched.set(projectId, known);
        return known;
      };
      return toResults(handles, async ({ projectId, tokenHash }) => (await tokensOf(projectId)).find(tokenHash));
    },
    { name: 'apiToken', cache: false },
  );

  return {
    ofProject,
    loan,
    manager,
    byHandle: (handle) => byHandle.load(handle),
    reread: async (credential, projectId, withinMs) => {
      lists.forget(credential, projectId);
      const tokens = await session.probing(credential, withinMs).call(listApiTokens, { projectId });
      lists.getOrMake(credential, projectId, async () => tokens);
      return tokens;
    },
    forget: (credential, projectId) => lists.forget(credential, projectId),
  };
}

export const NO_TOKENS: ApiTokenList = { records: [], unreadableCount: 0 };

/** Tokens of one project, found by hash. Hashes are computed up to the wanted token, and no further. */
class HashedTokens {
  readonly #ids: Ids;
  readonly #tokens: ApiTokenList;
  readonly #byHash = new Map<string, ApiTokenRecord>();
  /** Number of tokens that are hashed so far, from the first on. */
  #hashed = 0;

  constructor(ids: Ids, tokens: ApiTokenList) {
    this.#ids = ids;
    this.#tokens = tokens;
  }

  /** Null when the project has no such token. Throws `MaskedTokensError` or `PlatformError` when that cannot be told. */
  find(tokenHash: string): ApiTokenRecord | null {
    const found = this.#byHash.get(tokenHash) ?? this.#goOn(tokenHash);
    if (found) return found;
    const isMasked = this.#tokens.records.some(({ secret }) => secret.form !== 'whole');
    if (isMasked) throw new MaskedTokensError('token values are masked');
    return absentFrom(this.#tokens, listApiTokens);
  }

  /** Hashes further tokens, up to the wanted one. */
  #goOn(wanted: string): ApiTokenRecord | undefined {
    for (const token of this.#tokens.records.slice(this.#hashed)) {
      const hashes = this.#ids.apiTokenHashes(token);
      this.#hashed += 1;
      for (const tokenHash of hashes) this.#byHash.set(tokenHash, token);
      if (hashes.includes(wanted)) return token;
    }
    return undefined;
  }
}
