import type { IncomingHttpHeaders } from 'node:http';
import type { Principal } from '../access/principal.ts';
import type { AccessConfig } from '../config/access.ts';
import { noCredential } from '../credentials/errors.ts';
import { type PresentedToken, readPresentedTokens } from '../credentials/presented.ts';

interface Source {
  readonly config: Pick<AccessConfig, 'tokenHeader'>;
  readonly keyring: readonly PresentedToken[] | null;
}

/** Source of the tokens of a request: the keyring for those who are let in, or what callers present. */
export function presenter(
  { config, keyring }: Source,
  headers: IncomingHttpHeaders,
  context: { readonly principal: Principal },
): () => readonly PresentedToken[] {
  if (keyring) return () => context.principal && keyring;
  let presented: PresentedToken[] | undefined;
  return () => {
    presented ??= readPresentedTokens(headers, config.tokenHeader);
    if (presented.length === 0) throw noCredential(config.tokenHeader);
    return presented;
  };
}
