import { readdirSync, readFileSync } from 'node:fs';
import { type DocumentNode, parse } from 'graphql';
import { assemble, type SdlStep } from './assemble.ts';
import { withEdges } from './edges.ts';
import { withOrders } from './orders.ts';

const SCHEMA_FOLDER = new URL('../../../schema/', import.meta.url);

/** Steps that add types and fields. Generated types of resolvers are made after them. */
const STEPS: readonly SdlStep[] = [withEdges, withOrders];

/** The whole contract: the files of `schema/`, and what is computed from them. Throws when a file does not parse. */
export function readContract(): DocumentNode {
  const files = readdirSync(SCHEMA_FOLDER).filter((file) => file.endsWith('.graphql'));
  const written = files.sort().map((file) => readFileSync(new URL(file, SCHEMA_FOLDER), 'utf8'));
  return assemble(parse(written.join('\n')), STEPS);
}
