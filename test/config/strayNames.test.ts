import { expect, test } from 'vitest';
import { strayNames } from '../../src/config/strayNames.ts';
import { settingNames } from '../../src/config.ts';

const known = settingNames().all;
const warningsOf = (...names: string[]) =>
  strayNames(Object.fromEntries(names.map((name) => [name, 'a value'])), known);

test.each([
  ['GEAI_BASEURL', 'GEAI_BASE_URL'],
  ['GEAI_BASE_URLS', 'GEAI_BASE_URL'],
  ['GEAI_TOKEN', 'GEAI_TOKENS'],
  ['REDIS_ULR', 'REDIS_URL'],
  ['Id_Secret', 'ID_SECRET'],
  ['SHUTDOWN_DELAY', 'SHUTDOWN_DELAY_MS'],
  ['AUDIT_LOG_FILE', 'AUDIT_LOG'],
  ['JWT_JWKS_URI', 'JWT_JWKS_URL'],
  ['PROT', 'PORT'],
  ['CAHCE', 'CACHE'],
  ['NODE_EXTRA_CA_CERT', 'NODE_EXTRA_CA_CERTS'],
  ['OTEL_EXPORTER_OTLP_HEADER', 'OTEL_EXPORTER_OTLP_HEADERS'],
])('%s is warned of, and %s is named', (name, meant) => {
  expect(warningsOf(name)).toEqual([`${name} is not a setting and takes no effect. The nearest is ${meant}.`]);
});

test('a name that begins as ours do is warned of without a near one', () => {
  expect(warningsOf('GEAI_SOMETHING_ELSE')).toEqual(['GEAI_SOMETHING_ELSE is not a setting and takes no effect.']);
});

test('no known name, in either case of a proxy, is warned of', () => {
  expect(warningsOf(...known, 'https_proxy', 'no_proxy')).toEqual([]);
});

test('variables of shells, images and orchestrators are not warned of', () => {
  const common = ['HOME', 'PATH', 'HOSTNAME', 'LANG', 'PWD', 'SHLVL', 'TERM', 'USER', '_', 'TZ', 'NODE_VERSION'];
  const nodes = [
    'NODE_OPTIONS',
    'NODE_EXTRA_CA_CERTS',
    'NO_COLOR',
    'YARN_VERSION',
    'SSL_CERT_FILE',
    'npm_config_cache',
  ];
  const services = ['REDIS_PORT', 'REDIS_SERVICE_HOST', 'GEAI_GRAPH_PORT', 'GEAI_GRAPH_SERVICE_HOST'];
  const ports = ['GEAI_GRAPH_PORT_4000_TCP_ADDR', 'GEAI_GRAPH_SERVICE_PORT_HTTP', 'KUBERNETES_PORT'];

  expect(warningsOf(...common, ...nodes, ...services, ...ports)).toEqual([]);
});

test('warnings are bounded, and long names are passed over', () => {
  const many = Array.from({ length: 1_000 }, (_, index) => `GEAI_X${index}`);

  expect(warningsOf(...many)).toHaveLength(20);
  expect(warningsOf(`GEAI_${'X'.repeat(100)}`)).toEqual([]);
});
