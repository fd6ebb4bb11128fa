import { parseArgs } from 'node:util';
import { type Emulator, type EmulatorOptions, startEmulator } from './emulator.ts';

const HELP = `Emulator of the Globant Enterprise AI REST API, with invented data. Every token is fake.

Usage: node emulator/main.ts [options]

  --port <n>            port on 127.0.0.1 (4010; 0 = any free one)
  --organizations <n>   organizations, 1 to 20 (2)
  --projects <n>        projects per organization, 1 to 10000 (12)
  --seed <n>            another number, other data (1)
  --requests <n>        requests in the export of every project, 0 to 100000 (6 to 24)
  --epoch <ms>          date the data backwards from this instant, or from "now" (a fixed day)
  --token-mark <text>   what the random part of every token begins with, 4 to 8 characters (EMULATOR)
  --latency <ms>        added to every answer (0)
  --status-delay <ms>   how long a token works, or does not, after its status changed (0)
  --list-delay <ms>     how long token lists miss a change or a new token (0)
  --export-token-values the request export shows tokens, not their names
  --strict-400          every business error is HTTP 400
  --mask-token-ids      token lists show default_*******AzY4
  --control             open /__control to change faults, delays and data, and to read call counts
  --help                this text`;

const OPTIONS = {
  port: { type: 'string', default: '4010' },
  organizations: { type: 'string', default: '2' },
  projects: { type: 'string', default: '12' },
  seed: { type: 'string', default: '1' },
  requests: { type: 'string' },
  epoch: { type: 'string' },
  'token-mark': { type: 'string' },
  latency: { type: 'string', default: '0' },
  'status-delay': { type: 'string', default: '0' },
  'list-delay': { type: 'string', default: '0' },
  'export-token-values': { type: 'boolean', default: false },
  'strict-400': { type: 'boolean', default: false },
  'mask-token-ids': { type: 'boolean', default: false },
  control: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

/** Undefined when only the help was asked for. */
function readOptions(): EmulatorOptions | undefined {
  const { values } = parseArgs({ options: OPTIONS });
  if (values.help) return undefined;
  return {
    port: wholeNumber('port', values.port),
    organizations: wholeNumber('organizations', values.organizations),
    projects: wholeNumber('projects', values.projects),
    seed: wholeNumber('seed', values.seed),
    latencyMs: wholeNumber('latency', values.latency),
    statusDelayMs: wholeNumber('status-delay', values['status-delay']),
    listDelayMs: wholeNumber('list-delay', values['list-delay']),
    exportTokenAs: values['export-token-values'] ? 'value' : 'name',
    ...(values.requests !== undefined && { requestsPerProject: wholeNumber('requests', values.requests) }),
    ...(values.epoch !== undefined && { epoch: instant(values.epoch) }),
    ...(values['token-mark'] !== undefined && { tokenMark: values['token-mark'] }),
    strict400: values['strict-400'],
    maskTokenIds: values['mask-token-ids'],
    control: values.control,
  };
}

function instant(text: string): number {
  return text === 'now' ? Date.now() : wholeNumber('epoch', text);
}

function wholeNumber(name: string, text: string): number {
  if (!/^\d{1,13}$/.test(text)) throw new Error(`--${name} must be a whole number, not "${text}"`);
  return Number(text);
}

function introduce({ url, seeded }: Emulator, { control }: EmulatorOptions): void {
  const [organization] = seeded.organizations;
  const [project] = organization?.projects ?? [];
  const [token] = project?.tokens ?? [];
  if (!organization || !project || !token) throw new Error('nothing was seeded');
  console.log(`Globant Enterprise AI emulator at ${url} (invented data, fake tokens)

Organization token, ${organization.name}:
  ${organization.token}
Project token, ${project.name} of ${organization.name}:
  ${token.id}

Try:
  curl -H 'Authorization: Bearer ${organization.token}' '${url}/v1/organization/projects?detail=full'
  curl -H 'Authorization: Bearer ${token.id}' '${url}/v1/organization/assistants'
${control ? `  curl ${url}/__control/seed\n` : ''}
Stop with Ctrl+C.`);
}

function inPlainWords(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (!('code' in error) || error.code !== 'EADDRINUSE') return error.message;
  return 'the port is in use by another program; choose another with --port, or 0 for any free one';
}

async function run(): Promise<void> {
  const options = readOptions();
  if (!options) {
    console.log(HELP);
    return;
  }
  const emulator = await startEmulator(options);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void emulator.close());
  introduce(emulator, options);
}

run().catch((error: unknown) => {
  console.error(`emulator: ${inPlainWords(error)}`);
  process.exitCode = 1;
});
