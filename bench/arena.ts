import { request } from 'undici';
import type { SeededOrganization } from '../emulator/emulator.ts';
import type { Emulated } from './emulated.ts';
import { type Shot, shotAt } from './load.ts';
import { OPERATIONS, type Question } from './operations.ts';
import type { Running } from './processes.ts';
import { askWith } from './range.ts';
import { COLLECTABLE, type ServerName, startServer } from './servers.ts';
import { freePort } from './storm.ts';

/** A server with a platform of its own. */
export interface Arena {
  readonly name: ServerName;
  readonly server: Running;
  readonly emulated: Emulated;
  /** Address of health. */
  readonly health: string;
  shots(organizations: readonly SeededOrganization[], prepare: Prepare): Promise<Shot[]>;
}

export type Prepare = (
  organization: SeededOrganization,
  ask: ReturnType<typeof askWith>,
) => Promise<Question> | Question;

export const LATENCY_MS = 20;

export async function openArena(
  name: ServerName,
  emulated: Emulated,
  folder: string,
  /** A facade that makes the questions: cursors and ids are opaque. */
  reference: Running,
  cache: 'memory' | 'off' = 'memory',
  flags = COLLECTABLE,
): Promise<Arena> {
  const [port, healthPort] = [await freePort(), await freePort()];
  const hasHealth = name === 'facade';
  const more = { PORT: `${port}`, CACHE: cache, ...(hasHealth && { HEALTH_PORT: `${healthPort}` }) };
  const started = await startServer(name, emulated.url, flags, folder, more);
  const server = name === 'typical' ? started : { ...started, url: `http://127.0.0.1:${port}` };
  const health = hasHealth ? `http://127.0.0.1:${healthPort}/health/live` : `${server.url}/health/live`;
  return {
    ...{ name, server, emulated, health },
    shots: (organizations, prepare) =>
      Promise.all(
        organizations.map(async (organization) => {
          const ask = askWith(reference.url, organization.token);
          return shotAt(name, await prepare(organization, ask), organization.token);
        }),
      ),
  };
}

export const operation = (name: string) => {
  const found = OPERATIONS.find((one) => one.name === name);
  if (!found) throw new Error(`no operation ${name}`);
  return found;
};

export const isRight = (body: Buffer) => !body.subarray(0, 12).includes('errors');

export const send = ({ url }: Running, { path, method, headers, body }: Shot) =>
  request(url + path, { method, headers, body, headersTimeout: 0, bodyTimeout: 0 });

export async function setFaults({ emulated }: Arena, faults: readonly object[]): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const { statusCode, body } = await request(`${emulated.url}/__control/faults`, {
    ...{ method: 'PUT', headers, body: JSON.stringify(faults) },
  });
  await body.dump();
  if (statusCode !== 200) throw new Error('the emulator refused the faults');
}
