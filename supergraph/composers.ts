import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { composeSchemaContract, composeServices } from '@theguild/federation-composition';
import {
  federateSubgraphs,
  federateSubgraphsContract,
  ROUTER_COMPATIBILITY_VERSION_ONE,
} from '@wundergraph/composition';
import { parse, printSchema } from 'graphql';
import { compose as composeByApollo, type Subgraph } from '../test/federation/supergraph.ts';

export type { Subgraph } from '../test/federation/supergraph.ts';

/** What a composer found wrong or odd. */
export interface Verdict {
  readonly errors: readonly string[];
  readonly hints: readonly string[];
}

export type Composer = (subgraphs: readonly Subgraph[]) => Verdict;

/** Its only form on npm: a program for Linux. */
export const GRAFBASE = fileURLToPath(
  new URL('node_modules/@grafbase/cli-x86_64-unknown-linux-musl/grafbase', import.meta.url),
);

const apollo: Composer = (subgraphs) => {
  const { errors, hints } = composeByApollo(subgraphs);
  return { errors, hints };
};

const hive: Composer = (subgraphs) => {
  const { errors = [] } = composeServices(subgraphs.map(parsed));
  return { errors: messages(errors), hints: [] };
};

const cosmo: Composer = (subgraphs) => {
  const result = federateSubgraphs({ subgraphs: subgraphs.map(defined), version: ROUTER_COMPATIBILITY_VERSION_ONE });
  return { errors: result.success ? [] : messages(result.errors), hints: messages(result.warnings) };
};

const grafbase: Composer = (subgraphs) => {
  const folder = mkdtempSync(join(tmpdir(), 'compose-'));
  try {
    const config = subgraphs.map(({ name, url, sdl }) => {
      writeFileSync(join(folder, `${name}.graphql`), sdl);
      return `[subgraphs.${name}]\nurl = "${url}"\nschema_path = "${name}.graphql"\n`;
    });
    writeFileSync(join(folder, 'grafbase.toml'), config.join(''));
    const { status, stdout, stderr } = spawnSync(GRAFBASE, ['compose'], {
      cwd: folder,
      encoding: 'utf8',
      env: { HOME: folder, NO_COLOR: '1' },
    });
    // It tells what it finds before the schema, as a list.
    const found = `${stderr}\n${stdout}`.split('\n').filter((line) => /^- \W*(Error|Warning)/.test(line));
    if (status === 0 && stdout.includes('type Query')) return { errors: [], hints: found };
    return { errors: found.length > 0 ? found : [`ended with ${status}: ${stderr}`], hints: [] };
  } finally {
    rmSync(folder, { recursive: true });
  }
};

/** Every composer that this machine can run, by name. */
export const COMPOSERS: Readonly<Record<string, Composer>> = {
  Apollo: apollo,
  Hive: hive,
  Cosmo: cosmo,
  ...(existsSync(GRAFBASE) && { Grafbase: grafbase }),
};

/** The schema that a contract shows: all that has one of the tags. */
export type ContractComposer = (
  subgraphs: readonly Subgraph[],
  tags: readonly string[],
) => Verdict & { readonly sdl: string };

export const CONTRACT_COMPOSERS: Readonly<Record<string, ContractComposer>> = {
  Hive: (subgraphs, tags) => {
    const filter = { include: new Set(tags), exclude: new Set<string>() };
    const { errors = [], publicSdl = '' } = composeSchemaContract(subgraphs.map(parsed), filter, false);
    return { errors: messages(errors), hints: [], sdl: publicSdl };
  },
  Cosmo: (subgraphs, tags) => {
    const result = federateSubgraphsContract({
      subgraphs: subgraphs.map(defined),
      contractTagOptions: { tagNamesToInclude: new Set(tags), tagNamesToExclude: new Set() },
      version: ROUTER_COMPATIBILITY_VERSION_ONE,
    });
    const hints = messages(result.warnings);
    if (!result.success) return { errors: messages(result.errors), hints, sdl: '' };
    return { errors: [], hints, sdl: printSchema(result.federatedGraphClientSchema) };
  },
};

/** A subgraph of another team. */
export function fixture(name: string): Subgraph {
  const sdl = readFileSync(new URL(`fixtures/${name}.graphql`, import.meta.url), 'utf8');
  return { name, url: `http://${name}.test/graphql`, sdl };
}

function parsed({ name, url, sdl }: Subgraph) {
  return { name, url, typeDefs: parse(sdl) };
}

function defined({ name, url, sdl }: Subgraph) {
  return { name, url, definitions: parse(sdl) };
}

function messages(of: readonly { readonly message: string }[]): string[] {
  return of.map(({ message }) => message);
}
