import { randomBytes } from 'node:crypto';
import { type Emulator, startEmulator } from '../emulator/emulator.ts';
import { SANDBOX_ORIGINS } from '../src/config/browsers.ts';
import { LOOPBACK_WORD } from '../src/config/origins.ts';
import { ConfigError, loadConfig } from '../src/config.ts';
import { createLogger } from '../src/observability/logger.ts';
import { closeLimitMs, createServer } from '../src/server.ts';
import { endOnSignal } from '../src/shutdown.ts';
import { type DemoOptions, HELP, otherPorts, readCommandLine } from './demo/commandLine.ts';
import { provideExplorer } from './demo/explorer.ts';
import { invitePeople, type People } from './demo/people.ts';
import { welcome } from './demo/welcome.ts';

/** `npm run demo`: a model of the platform with seeded data, and the facade in front of it. Nothing leaves this machine. */
async function demo(options: DemoOptions): Promise<void> {
  const closing: (() => Promise<void>)[] = [];
  const closeAll = async () => {
    for (const close of closing.toReversed()) await close();
  };
  try {
    await open(options, closing, closeAll);
  } catch (error) {
    await closeAll();
    throw error;
  }
}

async function open(
  { port, emulatorPort, projects, jwt }: DemoOptions,
  closing: (() => Promise<void>)[],
  stop: () => Promise<void>,
): Promise<void> {
  await provideExplorer();
  const emulator = await startEmulator({ port: emulatorPort, projects, epoch: Date.now(), control: true });
  closing.push(() => emulator.close());
  const people = jwt ? await invitePeople() : null;
  if (people) closing.push(people.leave);
  const config = loadConfig(environment(emulator, people, port));
  const log = createLogger(config.logLevel);
  const server = await createServer(config, log);
  closing.push(() => server.close());
  const address = await server.listen();
  endOnSignal({ log, stop, flush: async () => undefined, limitMs: closeLimitMs(config) });
  console.log(welcome({ address, emulatorUrl: emulator.url, organization: organizationOf(emulator), people }));
}

function organizationOf({ seeded }: Emulator) {
  const organization = seeded.organizations[0];
  if (!organization) throw new Error('the emulator has no organization');
  return organization;
}

function environment(emulator: Emulator, people: People | null, port: number): NodeJS.ProcessEnv {
  return {
    LOG_LEVEL: 'warn',
    EXPLORER: 'graphiql',
    ...process.env,
    PORT: String(port),
    GEAI_BASE_URL: emulator.url,
    AUTH_MODE: 'open',
    ...people?.env,
    HOST: '127.0.0.1',
    GEAI_TOKENS: organizationOf(emulator).token,
    GEAI_TOKENS_FILE: '',
    GEAI_BORROW_PROJECT_TOKENS: 'true',
    CORS_ORIGINS: [LOOPBACK_WORD, ...SANDBOX_ORIGINS].join(),
    ID_SECRET: randomBytes(32).toString('base64'),
  };
}

/** Error in words for whom it concerns; as it is, with its stack, if it is a fault of ours. */
function explained(error: unknown, options: DemoOptions | undefined): unknown {
  if (error instanceof ConfigError || error instanceof RangeError) return error.message;
  if (!(error instanceof Error) || !('code' in error)) return error;
  if (error.code === 'EADDRINUSE' && 'port' in error && options) return otherPorts(Number(error.port), options);
  return 'port' in error || String(error.code).startsWith('ERR_PARSE_ARGS') ? error.message : error;
}

async function main(): Promise<void> {
  let options: DemoOptions | undefined;
  try {
    options = readCommandLine(process.argv.slice(2), process.env) ?? undefined;
    if (options) await demo(options);
    else console.log(HELP);
  } catch (error) {
    console.error(explained(error, options));
    process.exitCode = 1;
  }
}

await main();
