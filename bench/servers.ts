import { randomBytes } from 'node:crypto';
import { resolve } from 'node:path';
import { type Running, startProcess } from './processes.ts';

/** The servers that are compared: the facade, the same with callers of the company, the same remembering answers, F and R. */
export const SERVERS = ['facade', 'jwt', 'remembering', 'handwritten', 'typical'] as const;
/** Operations that callers of the company are measured with: those that need no token but the keyring's. */
export const JWT_OPERATIONS: readonly string[] = ['typename', 'project', 'flat', 'nested'];
/** `baseline` is the facade of another checkout. */
export type ServerName = (typeof SERVERS)[number] | 'baseline';

/** The same for all, so that ids are the same. */
const ID_SECRET = randomBytes(32).toString('base64');

/** Lets a server be told to collect its garbage. */
export const COLLECTABLE: readonly string[] = ['--expose-gc', '--import', './bench/collectOnSignal.ts'];

/**
 * Starts a server over the platform at `platformUrl`. The facade is as it ships, with its logs going to /dev/null. `flags` are Node's, for
 * the facade; `folder` holds the checkout that it is started from, and `more` is added to its environment.
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
  if (name === 'typical') return startProcess({ file: 'bench/typical.ts', env, readyPath: '/?query=%7B__typename%7D' });
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
      ...more,
    },
    readyPath: '/health/ready',
  });
}
