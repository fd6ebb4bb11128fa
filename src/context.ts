import type { Logger } from 'pino';
import type { Credentials } from './credentials/credentials.ts';
import type { Identities } from './credentials/identities.ts';
import type { Ids } from './ids.ts';
import type { Loaders } from './loaders/index.ts';
import type { PlatformSession } from './platform/client.ts';
import type { Secret } from './secret.ts';

/** What the resolvers of one request share. New for each request, and gone with it. */
export interface RequestContext {
  readonly requestId: string;
  readonly log: Logger;
  readonly ids: Ids;
  readonly credentials: Credentials;
  readonly identities: Identities;
  readonly session: PlatformSession;
  readonly loaders: Loaders;
  /** Whether an organization token opens the inside of its projects as well. */
  readonly borrowProjectTokens: boolean;
  /** Whether the request or the server itself runs on this token. */
  isInUse(token: Secret): boolean;
}
