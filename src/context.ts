import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import type { Config } from './config.ts';
import { Credentials } from './credentials/credentials.ts';
import { Identities } from './credentials/identities.ts';
import { type PresentedToken, readPresentedTokens } from './credentials/presented.ts';
import { createIds, type Ids } from './ids.ts';
import { createLoaders, type Loaders } from './loaders/index.ts';
import type { Metrics } from './metrics.ts';
import type { AttemptReport, PlatformSession } from './platform/client.ts';
import { isFaultOfCaller } from './platform/errors.ts';
import { routeOf } from './platform/operations.ts';
import type { Platform } from './platform/platform.ts';
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
  /** Whether the texts of requests may be read: `EXPOSE_REQUEST_CONTENT`. */
  readonly exposeRequestContent: boolean;
  /** Whether the request or the server itself runs on this token. */
  isInUse(token: Secret): boolean;
}

type CreateContext = (request: FastifyRequest, reply: FastifyReply) => RequestContext;

/** What makes the context of a request out of what lives as long as the process. */
export function contextFactory(config: Config, platform: Platform, metrics: Metrics, log: Logger): CreateContext {
  const ids = createIds(config.idSecret);
  const identities = new Identities();
  const { borrowProjectTokens, exposeRequestContent, keyring } = config;
  return (request, reply) => {
    const requestLog = log.child({ requestId: request.id });
    const session = platform.session((attempt) => report(attempt, metrics, requestLog));
    cancelWhenAbandoned(reply, session);
    const present = presenter(config, request);
    const credentials = new Credentials(present, identities, session);
    const loaders = createLoaders({ credentials, identities, session, ids, borrowProjectTokens });
    return {
      requestId: request.id,
      log: requestLog,
      ids,
      credentials,
      identities,
      session,
      loaders,
      borrowProjectTokens,
      exposeRequestContent,
      isInUse: (token: Secret) => credentials.runsOn(token) || keyring.some((own) => own.equals(token)),
    };
  };
}

/** Where the tokens of a request come from. This is the place for further modes of authentication. */
function presenter({ authMode, keyring }: Config, { headers }: FastifyRequest): () => readonly PresentedToken[] {
  if (authMode === 'open') return () => keyring.map((secret) => ({ secret, oauthProjectId: null }));
  let presented: PresentedToken[] | undefined;
  return () => {
    presented ??= readPresentedTokens(headers);
    return presented;
  };
}

function cancelWhenAbandoned(reply: FastifyReply, session: PlatformSession): void {
  if (reply.raw.destroyed) session.cancel();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) session.cancel();
  });
}

function report(attempt: AttemptReport, metrics: Metrics, log: Logger): void {
  metrics.countAttempt(attempt);
  const { operation, credential, attempt: number, failure } = attempt;
  const entry = {
    operation: routeOf(operation),
    credential,
    attempt: number,
    milliseconds: Math.round(attempt.milliseconds),
  };
  if (!failure) log.debug(entry, 'upstream attempt');
  else log[isFaultOfCaller(failure) ? 'debug' : 'warn']({ ...entry, err: failure }, 'upstream attempt failed');
}
