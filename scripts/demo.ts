import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { startEmulator } from '../emulator/emulator.ts';
import { ConfigError, loadConfig } from '../src/config.ts';
import { FIRST_QUERY } from '../src/http/explorer/sandboxPage.ts';
import { createLogger } from '../src/observability/logger.ts';
import { closeLimitMs, createServer } from '../src/server.ts';
import { endOnSignal } from '../src/shutdown.ts';

/** `npm run demo`: a model of the platform with seeded data, and the facade in front of it. Nothing leaves this machine. */
async function demo(): Promise<void> {
  const { values } = parseArgs({
    options: {
      projects: { type: 'string', default: '12' },
      'emulator-port': { type: 'string', default: '4010' },
    },
  });
  const emulator = await startEmulator({
    port: Number(values['emulator-port']),
    projects: Number(values.projects),
    epoch: Date.now(),
    control: true,
  });
  const organization = emulator.seeded.organizations[0];
  if (!organization) throw new Error('the emulator has no organization');

  const config = loadConfig({
    LOG_LEVEL: 'warn',
    ...process.env,
    GEAI_BASE_URL: emulator.url,
    AUTH_MODE: 'open',
    HOST: '127.0.0.1',
    GEAI_TOKENS: organization.token,
    GEAI_TOKENS_FILE: '',
    GEAI_BORROW_PROJECT_TOKENS: 'true',
    CORS_ORIGINS: 'loopback',
    ID_SECRET: randomBytes(32).toString('base64'),
  });
  const log = createLogger(config.logLevel);
  const server = await createServer(config, log).catch(async (error: unknown) => {
    await emulator.close();
    throw error;
  });
  const address = await server.listen().catch(async (error: unknown) => {
    await emulator.close();
    throw error;
  });
  console.log(welcome(address, emulator.url, organization));

  endOnSignal({
    log,
    stop: async () => {
      await server.close();
      await emulator.close();
    },
    flush: async () => undefined,
    limitMs: closeLimitMs(config),
  });
}

interface Seeded {
  readonly name: string;
  readonly projects: readonly { readonly id: string; readonly name: string }[];
}

function welcome(address: string, emulatorUrl: string, { name, projects }: Seeded): string {
  const project = projects[0];
  return `
geai-graph demo

  graph      ${address}/graphql
  explorer   ${address}/            (Apollo Sandbox; its page comes from the internet)
  platform   ${emulatorUrl}            (an emulator with made-up data of "${name}")

Settings of this demo that need a decision elsewhere:
  AUTH_MODE=open                    everybody who reaches the port uses the facade's organization token
  GEAI_BORROW_PROJECT_TOKENS=true   that token also opens the inside of every project

Paste this into the explorer:

${FIRST_QUERY.replace(/^/gm, '  ')}

or into another terminal:

  curl -s ${address}/graphql -H 'content-type: application/json' \\
    -d '{"query":"{ organization { name projects(first: 3) { nodes { name apiTokens { nodes { name status } } assistants { nodes { name } } } } } }"}'

Next, create a token for "${project?.name}":

  mutation {
    createApiToken(input: { projectId: "${project?.id}", name: "My first" }) {
      secret
      apiToken { id status }
      userErrors { code message }
    }
  }

ask the platform whether it accepts the secret:

  curl -i ${emulatorUrl}/v1/accessControl/apitoken/validate -H 'Authorization: Bearer <secret>'

block the token, and ask again:

  mutation { blockApiToken(input: { id: "<id>", reason: "trying it out" }) { apiToken { status } userErrors { message } } }

Stop with Ctrl+C.
`;
}

/** What is wrong with an option, a setting or a port, which needs no stack. */
function isExpected(error: unknown): error is Error {
  if (error instanceof ConfigError || error instanceof RangeError) return true;
  if (!(error instanceof Error)) return false;
  return 'port' in error || ('code' in error && String(error.code).startsWith('ERR_PARSE_ARGS'));
}

demo().catch((error: unknown) => {
  console.error(isExpected(error) ? error.message : error);
  process.exitCode = 1;
});
