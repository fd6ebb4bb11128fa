import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { composeServices } from '@apollo/composition';
import { parse } from 'graphql';

const USAGE = `Composes subgraphs into a supergraph file, for Apollo Router, Hive Router and Hive Gateway.

  npm run supergraph
  npm run supergraph -- --subgraph geai=https://geai.example/graphql=supergraph/geai-graph.graphql \\
    --subgraph orders=https://orders.example/graphql=orders.graphql --out supergraph.graphql

Without --subgraph: ours, and the sample of supergraph/sample, both on this machine.`;

const OURS = ['geai=http://127.0.0.1:4000/graphql=supergraph/geai-graph.graphql'];
const SAMPLE = ['budgets=http://127.0.0.1:4001/=supergraph/sample/budgets.graphql'];

/** A subgraph as an argument names it: `name=address=file`. */
export function subgraphOf(argument: string) {
  const [, name, url, file] = /^([^=]+)=(.+)=([^=]+)$/.exec(argument) ?? [];
  if (!name || !url || !file) throw new Error(`"${argument}" is not name=address=file.`);
  return { name, url, typeDefs: parse(readFileSync(file, 'utf8')) };
}

function main(): void {
  const options = {
    subgraph: { type: 'string', multiple: true },
    out: { type: 'string', default: 'supergraph/dist/supergraph.graphql' },
    help: { type: 'boolean' },
  } as const;
  const { values } = parseArgs({ options });
  if (values.help) {
    console.log(USAGE);
    return;
  }
  const {
    supergraphSdl,
    errors = [],
    hints = [],
  } = composeServices((values.subgraph ?? [...OURS, ...SAMPLE]).map(subgraphOf));
  for (const { message } of [...errors, ...hints]) console.error(message);
  if (supergraphSdl === undefined) {
    process.exitCode = 1;
    return;
  }
  mkdirSync(dirname(values.out), { recursive: true });
  writeFileSync(values.out, supergraphSdl);
  console.log(`Wrote ${values.out}.`);
}

if (import.meta.main) main();
