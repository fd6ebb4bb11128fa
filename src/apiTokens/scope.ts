import type { TokenManagerCredential } from '../loaders/apiTokens.ts';

/** Project that a mutation works in, with the credential that manages its tokens. */
export interface ProjectScope {
  readonly manager: TokenManagerCredential;
  readonly projectId: string;
}
