import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { graphqlSync } from 'graphql';
import { apiSchema } from '../../src/graphql/apiSchema.ts';
import { createSubgraph, type SubgraphSettings } from '../../src/graphql/schema.ts';
import { undeclaredBreaks } from './breaks.ts';

const fileOf = (path: string) => new URL(`../../${path}`, import.meta.url);

export const API_SCHEMA = 'supergraph/api.graphql';
export const SUBGRAPH = 'supergraph/geai-graph.graphql';
const CHANGELOG = 'docs/schema-changelog.md';

/** The committed files, as they must be. */
export function sdlFiles(): Readonly<Record<string, string>> {
  return { [SUBGRAPH]: `${subgraphSdl()}\n`, [API_SCHEMA]: apiSchema(createSubgraph()) };
}

/** What a router reads from `_service`. */
export function subgraphSdl(settings?: SubgraphSettings): string {
  const { data } = graphqlSync({ schema: createSubgraph(settings), source: '{ _service { sdl } }' });
  const service = data?._service as { sdl: string } | undefined;
  if (!service) throw new Error('The subgraph has no SDL.');
  return service.sdl;
}

/** Lines that the changelog lacks, against the committed schema. */
function breaks(): string[] {
  if (!existsSync(fileOf(API_SCHEMA))) return [];
  const [committed, changelog] = [API_SCHEMA, CHANGELOG].map((path) => readFileSync(fileOf(path), 'utf8'));
  return undeclaredBreaks(committed ?? '', apiSchema(createSubgraph()), changelog ?? '');
}

/** `npm run sdl` writes the files; `npm run schema:check` only compares. Neither passes over a break that nobody declared. */
function main(isCheck: boolean): void {
  const lacking = breaks();
  if (lacking.length > 0) {
    console.error(
      `These changes break operations of clients. Declare them in ${CHANGELOG}:\n\n${lacking.join('\n')}\n`,
    );
    process.exitCode = 1;
    return;
  }
  if (isCheck) console.log('No undeclared break.');
  else for (const [path, text] of Object.entries(sdlFiles())) writeFileSync(fileOf(path), text);
}

if (import.meta.main) main(process.argv.includes('--check'));
