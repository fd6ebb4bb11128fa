import { parseArgs } from 'node:util';

/** What the demo is asked for. */
export interface DemoOptions {
  readonly port: number;
  readonly emulatorPort: number;
  readonly projects: number;
  readonly jwt: boolean;
}

const PORT = 4000;
/** The emulator is this far from the graph, so that one option moves both. */
const APART = 10;
const MAX_PORT = 65_535;

export const HELP = `An emulated platform with seeded data, and the graph in front of it. No account, no network.

Usage: npm run demo -- [options]

  --port n           port of the graph (${PORT}, or PORT); 0 takes any free ones
  --emulator-port n  port of the emulated platform (that of the graph and ${APART})
  --projects n       projects of each organization (12)
  --jwt              lets in holders of a company token (AUTH_MODE=jwt), and prints two
  --help             this text

Variables of docs/settings.md work too, such as EXPLORER=sandbox or LOG_LEVEL=info. The demo itself sets AUTH_MODE, HOST, ID_SECRET,
CORS_ORIGINS, and the tokens of the facade.`;

/** Reads the command line; null when it asks for the help. Throws a plain sentence about the first mistake. */
export function readCommandLine(args: readonly string[], env: NodeJS.ProcessEnv): DemoOptions | null {
  const { values } = parseArgs({
    args: [...args],
    options: {
      port: { type: 'string', default: env.PORT?.trim() || String(PORT) },
      'emulator-port': { type: 'string' },
      projects: { type: 'string', default: '12' },
      jwt: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return null;
  const port = wholeNumber('--port', values.port, 0, MAX_PORT);
  return {
    port,
    emulatorPort: wholeNumber('--emulator-port', values['emulator-port'] ?? String(port && port + APART), 0, MAX_PORT),
    projects: wholeNumber('--projects', values.projects, 1, 10_000),
    jwt: values.jwt,
  };
}

function wholeNumber(option: string, text: string, min: number, max: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= min && value <= max) return value;
  throw new RangeError(`${option} takes a whole number from ${min} to ${max}; it is "${text}".`);
}

/** What to type when a port of the demo is in use. */
export function otherPorts(taken: number, { port }: Pick<DemoOptions, 'port'>): string {
  const next = port + 100 + APART <= MAX_PORT ? port + 100 : PORT + 100;
  return `Port ${taken} is in use by another program, maybe a demo of before. Other ports for both:

  npm run demo -- --port ${next}`;
}
