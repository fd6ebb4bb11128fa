import { request } from 'undici';
import type { SeededOrganization, SeededPlatform } from '../emulator/emulator.ts';
import { type Running, startProcess } from './processes.ts';

const VALIDATE = 'GET /v1/accessControl/apitoken/validate';

/** The emulated platform, in a process of its own, steered through its control endpoint. */
export interface Emulated extends Running {
  readonly organizations: readonly SeededOrganization[];
  setLatency(ms: number): Promise<void>;
  resetCalls(): Promise<void>;
  /** What arrived since the reset. */
  traffic(): Promise<Traffic>;
}

export interface Traffic {
  /** Without `validate`: who a caller is, is remembered for a minute by every server here. */
  readonly calls: number;
  /** Calls of a caller that waited for each other, summed over the callers. */
  readonly roundTrips: number;
}

export async function startEmulated(organizations: number, projects: number): Promise<Emulated> {
  const running = await startProcess({
    file: 'emulator/main.ts',
    args: ['--port', '0', '--control', '--organizations', `${organizations}`, '--projects', `${projects}`],
    readyPath: '/__control/calls',
  });
  const control = (path: string) => `${running.url}/__control/${path}`;
  const send = async (method: 'PUT' | 'DELETE', path: string, value?: object) => {
    const body = value === undefined ? null : JSON.stringify(value);
    const answer = await request(control(path), { method, body, headers: { 'content-type': 'application/json' } });
    await answer.body.dump();
    if (answer.statusCode !== 200) throw new Error(`the emulator refused ${method} ${path}`);
  };
  const seed = (await (await request(control('seed'))).body.json()) as SeededPlatform;
  return {
    ...running,
    organizations: seed.organizations,
    setLatency: (ms) => send('PUT', 'latency', { ms }),
    resetCalls: () => send('DELETE', 'calls'),
    traffic: async () => {
      const { body } = await request(control('calls'));
      const { calls, roundTrips } = (await body.json()) as {
        calls: { route: string; count: number }[];
        roundTrips: number;
      };
      return {
        calls: calls.reduce((sum, { route, count }) => (route === VALIDATE ? sum : sum + count), 0),
        roundTrips,
      };
    },
  };
}
