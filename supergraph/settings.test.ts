import { readFileSync } from 'node:fs';
import { parse as parseToml } from 'smol-toml';
import { describe, expect, test } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { loadConfig } from '../src/config.ts';
import { withSecret } from './routers/hive-gateway.config.ts';

/** What each file of settings comes to, in one form. */
interface Settings {
  /** Milliseconds until the router gives up on the facade. */
  readonly timeout: number;
  /** Headers that are sent to the facade, and those that every subgraph gets. */
  readonly toFacade: readonly string[];
  readonly toAll: readonly string[];
  /** Milliseconds that unused connections are kept. Null if the router has no setting. */
  readonly keptAlive: number | null;
  readonly retriesMutations: boolean;
}

const read = (name: string) => readFileSync(new URL(`routers/${name}`, import.meta.url), 'utf8');
// biome-ignore lint/suspicious/noExplicitAny: a wrong path fails the assertion.
const yaml = (name: string): any => parseYaml(read(name));
// biome-ignore lint/suspicious/noExplicitAny: the same.
const grafbase: any = parseToml(read('grafbase.toml'));
const [apollo, hive, cosmo] = [yaml('apollo-router.yaml'), yaml('hive-router.yaml'), yaml('cosmo.yaml')];
const { response_cache: apolloCache, rhai } = yaml('apollo-router-cache.yaml');
const gateway = withSecret('secret');

const seconds = (text: string) => Number.parseInt(text, 10) * 1_000;

// biome-ignore lint/suspicious/noExplicitAny: rules of three routers.
const namesOf = (rules: any[] = []): string[] =>
  rules.map(({ propagate, insert, named, name }) => (propagate?.named ?? insert?.name ?? named ?? name).toLowerCase());

const headersOf = (subgraphName: string) =>
  Object.keys(
    gateway.propagateHeaders.fromClientToSubgraphs({
      request: new Request('http://router.test'),
      subgraphName,
    } as never),
  );

const ROUTERS: Readonly<Record<string, Settings>> = {
  'Apollo Router': {
    timeout: seconds(apollo.traffic_shaping.subgraphs.geai.timeout),
    toFacade: namesOf(apollo.headers.subgraphs.geai.request),
    toAll: namesOf(apollo.headers.all?.request),
    keptAlive: null,
    retriesMutations: 'retry' in apollo.traffic_shaping.subgraphs.geai,
  },
  'Hive Router': {
    timeout: seconds(hive.traffic_shaping.all.request_timeout),
    toFacade: namesOf(hive.headers.subgraphs.geai.request),
    toAll: namesOf(hive.headers.all?.request),
    keptAlive: seconds(hive.traffic_shaping.all.pool_idle_timeout),
    retriesMutations: 'retry' in hive.traffic_shaping.all,
  },
  'Hive Gateway': {
    timeout: gateway.upstreamTimeout,
    toFacade: headersOf('geai'),
    toAll: headersOf('budgets'),
    keptAlive: 60_000,
    retriesMutations: gateway.upstreamRetry({ executionRequest: { operationType: 'mutation' } } as never) !== undefined,
  },
  Cosmo: {
    timeout: seconds(cosmo.traffic_shaping.all.request_timeout),
    toFacade: namesOf(cosmo.headers.subgraphs.geai.request),
    toAll: namesOf(cosmo.headers.all?.request),
    keptAlive: seconds(cosmo.traffic_shaping.all.keep_alive_idle_timeout),
    retriesMutations: cosmo.traffic_shaping.all.retry.enabled,
  },
  Grafbase: {
    timeout: seconds(grafbase.subgraphs.geai.timeout),
    toFacade: namesOf(grafbase.subgraphs.geai.headers),
    toAll: namesOf(grafbase.headers),
    keptAlive: null,
    retriesMutations: grafbase.gateway.retry.retry_mutations,
  },
};

const { upstreamDeadlineMs } = loadConfig({ GEAI_BASE_URL: 'http://platform.test', ID_SECRET: 'x'.repeat(32) });

describe.each(Object.entries(ROUTERS))('the settings for %s', (_name, settings) => {
  test('wait longer than the facade works', () => {
    expect(settings.timeout).toBeGreaterThanOrEqual(upstreamDeadlineMs + 5_000);
  });

  test('send the token and the secret to the facade alone', () => {
    expect(settings.toFacade).toEqual(['authorization', 'geai-tokens', 'x-router-secret']);
    expect(settings.toAll).toEqual([]);
  });

  test('give an unused connection up before the facade does', () => {
    expect(settings.keptAlive ?? 0).toBeLessThan(65_000);
  });

  test('send no mutation again', () => {
    expect(settings.retriesMutations).toBe(false);
  });
});

test('codes of the facade reach clients of the routers that hide them', () => {
  expect(apollo.include_subgraph_errors).toEqual({ all: false, subgraphs: { geai: true } });
  expect(hive.error_masking).toEqual({ subgraphs: { geai: { enabled: false } } });
  expect(cosmo.subgraph_error_propagation).toMatchObject({ mode: 'pass-through', allow_all_extension_fields: true });
});

test('the secret of the router comes from its environment', () => {
  for (const name of ['apollo-router.yaml', 'hive-router.yaml', 'cosmo.yaml', 'grafbase.toml']) {
    expect(
      read(name).match(/\$\{(env\.)?ROUTER_SECRET\}|env\("ROUTER_SECRET", ""\)|env\.ROUTER_SECRET \}\}/),
    ).not.toBeNull();
  }
});

test('Apollo Router keeps answers of the facade alone, for each caller, and takes its calls of invalidation', () => {
  const { all, subgraphs } = apolloCache.subgraph;
  const { invalidation, private_id: caller } = subgraphs.geai;
  const { hostname, port, pathname } = new URL('http://router:3000/invalidation');

  expect([all.enabled, Object.keys(subgraphs), invalidation.enabled]).toEqual([false, ['geai'], true]);
  expect(apolloCache.invalidation).toEqual({ listen: `0.0.0.0:${port}`, path: pathname });
  expect(read('apollo-router-cache.yaml')).toContain(`ROUTER_INVALIDATION=main=http://${hostname}:${port}${pathname}`);
  for (const header of apollo.headers.subgraphs.geai.request.flatMap(
    (rule: { propagate?: { named: string } }) => rule.propagate?.named ?? [],
  )) {
    expect(read(rhai.main)).toContain(`"${header}"`);
  }
  expect(read(rhai.main)).toContain(`request.context["${caller}"]`);
});
