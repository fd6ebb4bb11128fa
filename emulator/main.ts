import { help, readCommandLine } from './commandLine.ts';
import { type Emulator, type EmulatorOptions, startEmulator } from './emulator.ts';

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
  const options = readCommandLine(process.argv.slice(2));
  if (!options) {
    console.log(help());
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
