import { randomBytes } from 'node:crypto';
import { type Running, startProcess } from './processes.ts';

/** The servers that are compared: the facade, the same remembering answers, F and R. */
export const SERVERS = ['facade', 'remembering', 'handwritten', 'typical'] as const;
export type ServerName = (typeof SERVERS)[number];

/** The same for all, so that ids are the same. */
const ID_SECRET = randomBytes(32).toString('base64');

/** Starts a server over the platform at `platformUrl`. The facade is as it ships, with its logs going to /dev/null. */
export function startServer(name: ServerName, platformUrl: string): Promise<Running> {
  const env = { GEAI_BASE_URL: platformUrl, ID_SECRET };
  if (name === 'handwritten') return startProcess({ file: 'bench/handwritten.ts', env, readyPath: '/ready' });
  if (name === 'typical') return startProcess({ file: 'bench/typical.ts', env, readyPath: '/?query=%7B__typename%7D' });
  return startProcess({
    file: 'src/main.ts',
    env: {
      ...env,
      PORT: '0',
      AUTH_MODE: 'passthrough',
      GEAI_BORROW_PROJECT_TOKENS: 'true',
      LOG_LEVEL: 'info',
      CACHE: name === 'remembering' ? 'memory' : 'off',
    },
    readyPath: '/health/ready',
  });
}
