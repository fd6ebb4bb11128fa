import type { Soon } from '../../values/soon.ts';
import type { Credential, CredentialKind } from './credential.ts';
import type { Endpoint } from './endpoint.ts';
import { PlatformError } from './errors.ts';
import type { PlatformList } from './lists.ts';
import { type PagedEndpoint, pagesOf } from './pages.ts';
import type { Request } from './request.ts';
import type { PlatformSession } from './session.ts';

/** Platform as one credential sees it. The type lists the endpoints that may be called. */
export class PlatformClient<Kind extends CredentialKind = CredentialKind> {
  readonly credential: Credential<Kind>;
  readonly #session: PlatformSession;
  /** End of a probe, on the clock of `performance.now()`. Null for other clients. */
  readonly #probeDeadline: number | null;

  constructor(session: PlatformSession, credential: Credential<Kind>, probeDeadline: number | null) {
    this.#session = session;
    this.credential = credential;
    this.#probeDeadline = probeDeadline;
  }

  /** Calls an endpoint that takes this kind of credential. Throws `PlatformError`. */
  call<Args, T>(endpoint: Endpoint<Kind, Args, T>, args: Args): Promise<T> {
    return Promise.resolve(this.ask(endpoint, args));
  }

  /** Same as `call`, at once if the answer is remembered in this process. */
  ask<Args, T>(endpoint: Endpoint<Kind, Args, T>, args: Args): Soon<T> {
    const { credential } = this;
    let request: Request;
    try {
      request = endpoint.request(args, credential);
    } catch (error) {
      // Inputs are checked before: any other error is not a fault of ours.
      const isInput = error instanceof URIError;
      return Promise.reject(isInput ? new PlatformError('REJECTED', endpoint, { cause: error }) : error);
    }
    const answer = this.#session.call({ endpoint, credential, request }, this.#probeDeadline);
    return credential.presumption ? credential.presumption.confirmedBy(answer) : answer;
  }

  /** Pages of a list, each asked for when it is wanted. Throws `PlatformError`. */
  pages<Args, T>(endpoint: PagedEndpoint<Kind, Args, T>, args: Args): AsyncGenerator<PlatformList<T>> {
    return pagesOf((place) => this.call(endpoint, { ...args, ...place }));
  }
}
