import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { printSchema } from 'graphql';
import { createSubgraph } from '../../src/graphql/schema.ts';

const folder = fileURLToPath(new URL('../../examples/clients/', import.meta.url));

/** Compiles the operations of Relay against the schema as it is. Runs once before the tests. */
export function setup(): void {
  mkdirSync(`${folder}relay/__generated__`, { recursive: true });
  writeFileSync(`${folder}schema.graphql`, printSchema(createSubgraph()));
  execFileSync(`${folder}node_modules/.bin/relay-compiler`, ['relay.config.json'], { cwd: folder, stdio: 'pipe' });
}
