import { type ConstDirectiveNode, type DocumentNode, Kind, visit } from 'graphql';
import type { SdlStep } from './assemble.ts';
import { directive } from './snippets.ts';

/** The highest version that every composer takes. */
const FEDERATION = 'https://specs.apollo.dev/federation/v2.9';

/** Directives of federation that the contract may use. */
const DIRECTIVES = [
  ...['authenticated', 'cost', 'external', 'inaccessible', 'interfaceObject', 'key', 'listSize', 'override', 'policy'],
  ...['provides', 'requires', 'requiresScopes', 'shareable', 'tag'],
];

/** Links the version of federation, and imports the directives that are used. */
export const linked: SdlStep = (contract) => ({
  ...contract,
  definitions: [
    { kind: Kind.SCHEMA_EXTENSION, directives: [linkOf(contract)] },
    ...contract.definitions.filter(({ kind }) => kind !== Kind.SCHEMA_EXTENSION),
  ],
});

function linkOf(contract: DocumentNode): ConstDirectiveNode {
  const used = new Set<string>();
  visit(contract, { Directive: ({ name }) => void used.add(name.value) });
  const imported = DIRECTIVES.filter((name) => used.has(name)).map((name) => `@${name}`);
  return directive(`@link(url: "${FEDERATION}", import: ${JSON.stringify(imported)})`);
}
