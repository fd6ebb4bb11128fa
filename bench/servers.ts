import { randomBytes } from 'node:crypto';
import { resolve } from 'node:path';
import { type Running, startProcess } from './processes.ts';

/**
 * The servers that are compared: the facade, the same without a log, with spans of 1 % of the operations and of all, with callers of the
 * company, the same remembering answers, F and R.
 */
export const SERVERS = [
  'facade',
  'silent',
  'sampled',
  'traced',
  'jwt',
  'remembering',
  'handwritten',
  'typical',
] as const;
/** Environment of the facade as it is observed. The address of the collector is added. */
const OBSERVED: Partial<Record<ServerName, Readonly<Record<string, string>>>> = {
  silent: { LOG_LEVEL: 'silent' },
  sampled: { OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '0.01' },
  traced: { OTEL_TRACES_SAMPLER: 'always_on' },
};
/** Servers that send spans. */
export const RECORDING: readonly ServerName[] = ['sampled', 'traced'];
/** Operations that the observed ones are measured with: a small, a plain and one of many calls. */
export const OBSERVED_OPERATIONS: readonly string[] = ['typename', 'project', 'nested'];
/** Operations that callers of the company are measured with: those that need no token but the keyring's. */
export const JWT_OPERATIONS: readonly string[] = ['typename', 'project', 'flat', 'nested'];
/** `baseline` is the facade of another checkout. */
export type ServerName = (typeof SERVERS)[number] | 'baseline';

/** The same for all, so that ids are the same. */
const ID_SECRET = randomBytes(32).toString('base64');

/** Lets a server be told to collect its garbage. */
export const COLLECTABLE: readonly string[] = ['--expose-gc', '--import', './bench/collectOnSignal.ts'];

/** Lets a server tell how long its turns of the event loop were. */
export const TIMED: readonly string[] = ['--import', './bench/turnsOnSignal.ts'];

/**
 * Starts a server over the platform at `platformUrl`. The facade is as it ships, with its logs going to /dev/null. `flags` are Node's.
 * `folder` holds the checkout that the facade is started from, and `more` is added to its environment.
 */
export function startServer(
  name: ServerName,
  platformUrl: string,
  flags: readonly string[] = [],
  folder = '.',
  more: Readonly<Record<string, string>> = {},
): Promise<Running> {
  const env = { GEAI_BASE_URL: platformUrl, ID_SECRET };
  if (name === 'handwritten') return startProcess({ file: 'bench/handwritten.ts', env, readyPath: '/ready' });
  if (name === 'typical') {
    return startProcess({ file: 'bench/typical.ts', flags, env, readyPath: '/?query=%7B__typename%7D' });
  }
  return startProcess({
    file: resolve(folder, 'src/main.ts'),
    flags,
    env: {
      ...env,
      PORT: '0',
      AUTH_MODE: 'passthrough',
      GEAI_BORROW_PROJECT_TOKENS: 'true',
      LOG_LEVEL: 'info',
      CACHE: name === 'remembering' ? 'memory' : 'off',
      ...OBSERVED[name],
      ...more,
    },
    readyPath: '/health/ready',
  });
}
