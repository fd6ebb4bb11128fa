import type { TokenManagerCredential } from '../loaders/apiTokens.ts';

/** The project that a mutation works in, with the credential that manages its tokens. */
export interface ProjectScope {
  readonly manager: TokenManagerCredential;
  readonly projectId: string;
}
