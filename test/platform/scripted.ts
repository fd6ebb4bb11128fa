import { InProcessCache } from '../../src/cache/inProcess.ts';
import type { Caches } from '../../src/platform/client/answerCache.ts';
import type { Credential, CredentialKind, Fingerprint } from '../../src/platform/client/credential.ts';
import type { Pacer } from '../../src/platform/client/pacer.ts';
import type { PlatformSession } from '../../src/platform/client/session.ts';
import { type Answer, type Exchange, type Transport, TransportError } from '../../src/platform/client/transport.ts';
import { Platform } from '../../src/platform/platform.ts';
import { Secret } from '../../src/values/secret.ts';

/** An exchange that the platform was sent and the test answers. */
export interface Scripted {
  readonly exchange: Exchange;
  readonly isCancelled: boolean;
  answer(body: unknown, status?: number): void;
  /** Neither an answer nor an end of it. */
  lose(): void;
}

/** A platform in this process. Answers come by hand, or at once when `respond` gives their bodies. */
export interface ScriptedPlatform {
  readonly sent: Scripted[];
  session(turns?: Pacer): PlatformSession;
}

const MB = 1024 * 1024;

/** Caches of this process. */
export const caches = (): Caches => ({ answers: new InProcessCache(MB), identities: new InProcessCache(MB) });

export function scriptedPlatform(
  known: Caches,
  respond?: (exchange: Exchange) => unknown,
  deadlineMs = 60_000,
): ScriptedPlatform {
  const sent: Scripted[] = [];
  const send: Transport['send'] = (exchange) => {
    const { promise, resolve } = Promise.withResolvers<Answer | TransportError>();
    let isCancelled = false;
    const one: Scripted = {
      exchange,
      get isCancelled() {
        return isCancelled;
      },
      answer: (body, status = 200) => resolve({ status, headers: {}, body: JSON.stringify(body) }),
      lose: () => resolve(new TransportError('connection', true)),
    };
    sent.push(one);
    if (respond) one.answer(respond(exchange));
    const cancel = () => {
      isCancelled = true;
      resolve(new TransportError('cancelled', true));
    };
    return { outcome: promise, cancel };
  };
  const options = { baseUrl: new URL('http://127.0.0.1:9'), attemptTimeoutMs: 60_000, deadlineMs };
  const platform = new Platform(options, known, { send, close: async () => undefined });
  return { sent, session: (turns) => platform.session(() => undefined, undefined, turns) };
}

/** A credential that the platform need not be asked about. */
export function credentialOf<Kind extends CredentialKind>(
  kind: Kind,
  name: string,
  organizationId: string | null,
  projectId: string | null = null,
): Credential<Kind> {
  const fingerprint = `fingerprint of ${name}` as Fingerprint;
  return { kind, secret: new Secret(name), fingerprint, organizationId, organizationName: null, projectId };
}
