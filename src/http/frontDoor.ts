import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import type { Dispatcher } from 'undici';
import { callerOf } from '../access/callers.ts';
import { type Caller, JwtVerifier } from '../access/jwtVerifier.ts';
import { RouterProof } from '../access/routerProof.ts';
import type { Config } from '../config.ts';
import { proxyAgent } from '../platform/client/proxy.ts';
import { allowOrigins } from './cors.ts';
import { takeLoopbackHostsOnly } from './loopbackHosts.ts';
import { type GateHooks, routerGate } from './routerGate.ts';

/** Rules for who comes in: hosts and pages, the router, and tokens of the company. */
export class FrontDoor {
  /** Null where callers present tokens of the platform. */
  readonly verifier: JwtVerifier | null;
  readonly #config: Config;
  readonly #proxy: Dispatcher | undefined;

  constructor(config: Config, log: Logger) {
    this.#config = config;
    this.#proxy = config.proxy ? proxyAgent(config.proxy, {}, config.jwt?.jwksTimeoutMs ?? 0) : undefined;
    this.verifier = config.jwt && new JwtVerifier(config.jwt, log, this.#proxy);
    void this.refreshKeys();
  }

  /** Refuses hosts and pages that have no business here, whatever the path. */
  async guard(app: FastifyInstance): Promise<void> {
    if (this.#config.authMode === 'open') takeLoopbackHostsOnly(app);
    if (this.#config.allowsOrigin) await allowOrigins(app, this.#config.allowsOrigin);
  }

  /** Hooks of a route for the router alone, if there is one. `refused` hears of all others. */
  routerGate(refused: () => void): GateHooks {
    return routerGate(this.#config.routerProof && new RouterProof(this.#config.routerProof), refused);
  }

  callerOf(headers: IncomingHttpHeaders): Caller | Promise<Caller> {
    return callerOf(headers, this.verifier);
  }

  /** Reads the issuer's keys again. */
  async refreshKeys(): Promise<void> {
    await this.verifier?.refreshKeys();
  }

  async close(): Promise<void> {
    await this.#proxy?.close();
  }
}
