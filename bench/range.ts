import { request } from 'undici';
import { type Emulated, startEmulated } from './emulated.ts';
import { createIssuer, type Issuer } from './issuer.ts';
import { type CheckedShot, checkSame, Gun, shotAt } from './load.ts';
import type { Ask, Operation, Question } from './operations.ts';
import { type Running, startProcess } from './processes.ts';
import { RECORDING, type ServerName, startServer } from './servers.ts';

/** A server under fire. */
export interface Target {
  readonly name: ServerName;
  readonly server: Running;
  readonly gun: Gun;
}

/** A platform with the servers over it, all of them in processes of their own. */
export interface Range {
  readonly emulated: Emulated;
  readonly targets: readonly Target[];
  readonly issuer: Issuer;
  target(name: ServerName): Target;
  close(): Promise<void>;
}

/** An operation made ready: for each server, one shot per caller, each with the body that was found to be right. */
export type Prepared = ReadonlyMap<ServerName, readonly CheckedShot[]>;

/** The callers, each with the token of another organization, so that nothing one of them reads can serve the next. */
export const CALLERS = 16;

export interface RangeOptions {
  readonly organizations: number;
  readonly projects: number;
  readonly servers: readonly ServerName[];
  /** Flags of Node for the facade. */
  readonly flags?: readonly string[];
  /** Folder of a second facade. */
  readonly baseline?: string | null;
}

export async function openRange({
  organizations,
  projects,
  servers,
  flags,
  baseline = null,
}: RangeOptions): Promise<Range> {
  const emulated = await startEmulated(organizations, projects);
  const targets: Target[] = [];
  const issuer = await createIssuer();
  const asJwt = issuer.env(emulated.organizations.map(({ token }) => token));
  const names: readonly ServerName[] = baseline === null ? servers : [...servers, 'baseline'];
  const collector = names.some((name) => RECORDING.includes(name)) ? await startCollector() : null;
  const collected: Record<string, string> = collector ? { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url } : {};
  for (const name of names) {
    const more = name === 'jwt' ? asJwt : RECORDING.includes(name) ? collected : {};
    const folder = name === 'baseline' ? (baseline ?? '.') : '.';
    const server = await startServer(name, emulated.url, flags, folder, more);
    targets.push({ name, server, gun: new Gun(server, CALLERS) });
  }
  return {
    emulated,
    targets,
    issuer,
    target: (name) => {
      const found = targets.find((one) => one.name === name);
      if (!found) throw new Error(`${name} is not running`);
      return found;
    },
    close: async () => {
      await Promise.all(targets.map(({ gun }) => gun.close()));
      await Promise.all([emulated, ...targets.map(({ server }) => server)].map((one) => one.stop()));
      await collector?.stop();
    },
  };
}

function startCollector(): Promise<Running> {
  return startProcess({ file: 'bench/collector.ts', readyPath: '/' });
}

/** Asks every server once per caller and holds their answers against each other. Throws when two of them differ. */
export async function prepare(range: Range, operation: Pick<Operation, 'prepare' | 'name'>): Promise<Prepared> {
  const prepared = new Map<ServerName, CheckedShot[]>(range.targets.map(({ name }) => [name, []]));
  for (const organization of range.emulated.organizations) {
    const ask = askWith(range.target('facade').server.url, organization.token);
    const question = await operation.prepare(organization, ask);
    const credentials = { platform: organization.token, company: await range.issuer.token(organization.id) };
    await checkAnswers(range, operation.name, question, credentials, prepared);
  }
  return prepared;
}

async function checkAnswers(
  { targets }: Range,
  operation: string,
  question: Question,
  credentials: { readonly platform: string; readonly company: string },
  into: ReadonlyMap<ServerName, CheckedShot[]>,
): Promise<void> {
  let reference: Buffer | undefined;
  for (const { name, gun } of targets) {
    const shot = shotAt(name, question, name === 'jwt' ? credentials.company : credentials.platform);
    const expected = await gun.bytesOf(shot);
    reference ??= expected;
    checkSame(expected, reference, `${name}, ${operation}`);
    into.get(name)?.push({ shot, expected });
  }
}

/** Asks the facade in GraphQL; throws at an error in the answer. */
export function askWith(url: string, token: string): Ask {
  return async (document, variables = {}) => {
    const { body } = await request(`${url}/graphql`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ query: document, variables }),
    });
    const answer = (await body.json()) as { data: unknown; errors?: { message: string }[] };
    if (answer.errors) throw new Error(`the facade: ${answer.errors[0]?.message}`);
    return answer.data;
  };
}
