import { buildSubgraphSchema } from '@apollo/subgraph';
import { addResolversToSchema } from '@graphql-tools/schema';
import { type DocumentNode, type GraphQLSchema, graphqlSync } from 'graphql';
import { entityResolvers, resolvers } from '../../resolvers/index.ts';
import { entitiesCost, nodeCost } from '../cost/entities.ts';
import type { Reading } from '../cost/reading.ts';
import type { Representation } from '../request/entityReferences.ts';
import { declared, free } from '../request/resolverTypes.ts';
import { enforcePermissions } from './enforcement.ts';
import { entitiesResolver } from './entities.ts';
import { inStretches } from './inStretches.ts';
import { nodeResolver } from './node.ts';
import { permissionTable } from './permissionTable.ts';
import { renamedResolvers, renamedTypes } from './renamedResolvers.ts';
import { assemble, type SdlStep } from './sdl/assemble.ts';
import { declaredAudience } from './sdl/audience.ts';
import { readContract } from './sdl/contract.ts';
import { weighed } from './sdl/cost.ts';
import { linked } from './sdl/link.ts';
import { type Naming, namingOf, type Prefixes } from './sdl/naming.ts';
import { withoutNode } from './sdl/node.ts';
import { renamed, textRenamer } from './sdl/rename.ts';
import { scoped } from './sdl/scopes.ts';
import { tagged } from './sdl/tag.ts';
import { serveMessages } from './servedMessages.ts';

/** Reading that the resolver of a field declares. Undefined for a member of the parent without a declaration. */
function readingOf(typeName: string, fieldName: string): Reading | undefined {
  const field: { readonly extensions?: { readonly reading?: Reading } } | undefined = resolvers[typeName]?.[fieldName];
  return field?.extensions?.reading;
}

/** Steps over the whole contract, in order. Types and fields are added in `sdl/contract.ts`. */
const STEPS: readonly SdlStep[] = [
  tagged((type, field) => declaredAudience(`${type}.${field}`, readingOf(type, field))),
  weighed((type, field) => readingOf(type, field)),
  linked,
];

/** The contract as served. Throws when a file of `schema/` does not parse. */
export function readTypeDefs(): DocumentNode {
  return assemble(readContract(), STEPS);
}

/** Settings that decide what is served. */
export interface SubgraphSettings extends Prefixes {
  /** True if the SDL for composition has the root field `node`. Direct callers always have it. */
  readonly schemaNode: boolean;
  /** True if the SDL for composition tells routers which permission a field takes. */
  readonly schemaScopes: boolean;
}

export const WITHOUT_PREFIXES: SubgraphSettings = {
  schemaPrefix: '',
  schemaEntityPrefix: '',
  schemaNode: false,
  schemaScopes: false,
};

/** Subgraphs that were created, by their settings. */
const subgraphs = new Map<string, GraphQLSchema>();

/**
 * The executable subgraph: the contract, what federation adds to it (`_service`, `_entities`), and the resolvers. Created once for
 * each choice of settings: it never changes, and takes longer than the rest of a start.
 */
export function createSubgraph(settings: SubgraphSettings = WITHOUT_PREFIXES): GraphQLSchema {
  const { schemaPrefix, schemaEntityPrefix, schemaNode, schemaScopes } = settings;
  const key = JSON.stringify([schemaPrefix, schemaEntityPrefix, schemaNode, schemaScopes]);
  const subgraph = subgraphs.get(key) ?? buildSubgraph(settings);
  subgraphs.set(key, subgraph);
  return subgraph;
}

function buildSubgraph(settings: SubgraphSettings): GraphQLSchema {
  const contract = readTypeDefs();
  const naming = namingOf(contract, settings);
  const federated = buildSubgraphSchema(renamed(naming)(contract));
  const entities = renamedTypes(entityResolvers, naming);
  const served = renamedResolvers(resolvers, naming);
  const schema = addResolversToSchema({
    schema: federated,
    resolvers: {
      ...served,
      // In place of the library's resolver, which resolves references one by one: ours gets all of a type at once.
      Query: {
        ...served.Query,
        _entities: declared({ cost: entitiesCost(naming.type) }, entitiesResolver(entities)),
        [naming.rootField('node')]: declared({ cost: nodeCost(naming.type) }, nodeResolver(entities, naming.type)),
        _service: free(() => service),
      },
      _Entity: { __resolveType: typeNameOf },
      [naming.type('Node')]: { __resolveType: typeNameOf },
    },
    resolverValidationOptions: { requireResolversToMatchSchema: 'error' },
  });
  if (settings.schemaPrefix || settings.schemaEntityPrefix) {
    const names = { servedType: naming.type, servedText: textRenamer(contract, naming) };
    schema.extensions = { ...schema.extensions, ...names };
  }
  const service = serviceOf(settings.schemaNode ? contract : withoutNode(contract), settings, naming, schema);
  return inStretches(enforcePermissions(serveMessages(schema)));
}

const typeNameOf = ({ __typename }: Representation) => __typename;

/** Answer of the library's resolver, which prints the whole schema each time though the text never changes. */
function serviceOf(
  contract: DocumentNode,
  { schemaScopes }: SubgraphSettings,
  naming: Naming,
  served: GraphQLSchema,
): unknown {
  const composed = renamed(naming)(contract);
  const schema = buildSubgraphSchema(schemaScopes ? linked(scoped(permissionTable(served))(composed)) : composed);
  return graphqlSync({ schema, source: '{ _service { sdl } }' }).data?._service;
}
