import type { FastifyInstance } from 'fastify';
import type { JwtVerifier } from '../access/jwtVerifier.ts';
import type { Metrics } from '../observability/metrics.ts';
import type { Services } from '../request/services.ts';
import { HealthServer } from './healthServer.ts';
import { createMetricsServer, type MetricsServer } from './metricsServer.ts';
import { PlatformState } from './platformState.ts';
import { Readiness } from './readiness.ts';

/** Health and metrics, beside the operations or at ports of their own. */
export class Probes {
  readonly #metrics: Metrics;
  readonly #platformState: PlatformState;
  readonly #readiness: Readiness;
  readonly #metricsServer: MetricsServer | null;
  readonly #health: HealthServer | null;

  constructor({ config, platform, redis, ownTokens, metrics, log }: Services, verifier: JwtVerifier | null) {
    const { host, metricsPort, healthPort, readinessFollowsPlatform } = config;
    const platformState = new PlatformState(platform, log);
    metrics.watch(() => {
      // For the next scrape: nobody else may ask.
      void platformState.check();
      return {
        load: platform.load,
        isPlatformUp: platformState.isUp,
        isRedisUp: redis?.isUp ?? null,
        refusedOwnTokens: ownTokens?.refused ?? null,
      };
    });
    this.#metrics = metrics;
    this.#platformState = platformState;
    this.#readiness = new Readiness(platformState, readinessFollowsPlatform, verifier);
    this.#metricsServer = metricsPort === null ? null : createMetricsServer(metrics, host, metricsPort);
    this.#health = healthPort === null ? null : new HealthServer(this.#readiness, host, healthPort);
  }

  addTo(app: FastifyInstance): void {
    addHealth(app, this.#readiness);
    if (!this.#metricsServer) addMetrics(app, this.#metrics);
  }

  /** Asks whether the platform answers. The log says so if it does not. */
  async checkPlatform(): Promise<void> {
    await this.#platformState.check();
  }

  /** Opens the ports of their own. */
  async listen(): Promise<void> {
    await this.#metricsServer?.listen();
    await this.#health?.listen();
  }

  /** From now on not ready. */
  async drain(): Promise<void> {
    this.#readiness.drain();
    await this.#health?.refresh();
  }

  async close(): Promise<void> {
    await this.#metricsServer?.close();
    await this.#health?.close();
  }
}

/** `live`: the process runs. `ready`: it can do its work. */
function addHealth(app: FastifyInstance, readiness: Readiness): void {
  app.get('/health/live', async () => ({ live: true }));
  app.get('/health/ready', async (_request, reply) => {
    const result = await readiness.check();
    return reply.status(result.ready ? 200 : 503).send(result);
  });
}

/** Metrics of the process. */
function addMetrics(app: FastifyInstance, metrics: Metrics): void {
  app.get('/metrics', async (_request, reply) => reply.type(metrics.contentType).send(await metrics.text()));
}
