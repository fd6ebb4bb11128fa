import { readdirSync, readFileSync } from 'node:fs';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { addResolversToSchema } from '@graphql-tools/schema';
import { type DocumentNode, type GraphQLResolveInfo, type GraphQLSchema, graphqlSync, parse } from 'graphql';
import { entityResolvers, resolvers } from '../../resolvers/index.ts';
import { entitiesCost } from '../cost/entities.ts';
import { badUserInput } from '../errors.ts';
import type { RequestContext } from '../request/context.ts';
import type { Found, Representation } from '../request/entityReferences.ts';
import { declared, free } from '../request/resolverTypes.ts';
import { excerpt } from '../values/excerpt.ts';
import { toResult } from '../values/result.ts';
import { assemble, type SdlStep } from './sdl/assemble.ts';

/** Characters of a type's name, which may be anything, that are repeated to who sent it. */
const MAX_TYPE_NAME = 200;

const SCHEMA_FOLDER = new URL('../../schema/', import.meta.url);

/** What is done to the contract as written, in order. */
const STEPS: readonly SdlStep[] = [];

/** The contract as served. Throws when a file of `schema/` does not parse. */
export function readTypeDefs(): DocumentNode {
  const files = readdirSync(SCHEMA_FOLDER).filter((file) => file.endsWith('.graphql'));
  const written = files.sort().map((file) => readFileSync(new URL(file, SCHEMA_FOLDER), 'utf8'));
  return assemble(parse(written.join('\n')), STEPS);
}

let subgraph: GraphQLSchema | undefined;

/**
 * The executable subgraph: the contract, what federation adds to it (`_service`, `_entities`), and the resolvers. Created once:
 * it never changes, and takes longer than the rest of a start.
 */
export function createSubgraph(): GraphQLSchema {
  subgraph ??= buildSubgraph();
  return subgraph;
}

function buildSubgraph(): GraphQLSchema {
  const federated = buildSubgraphSchema(readTypeDefs());
  const service = serviceOf(federated);
  return addResolversToSchema({
    schema: federated,
    resolvers: {
      ...resolvers,
      // In place of the library's resolver, which resolves references one by one: ours gets all of a type at once.
      Query: {
        ...resolvers.Query,
        _entities: declared({ cost: entitiesCost }, resolveEntities),
        _service: free(() => service),
      },
      _Entity: { __resolveType: ({ __typename }: Representation) => __typename },
    },
    resolverValidationOptions: { requireResolversToMatchSchema: 'error' },
  });
}

/** What the library's resolver says: it prints the whole schema each time, and the text never changes. */
function serviceOf(schema: GraphQLSchema): unknown {
  return graphqlSync({ schema, source: '{ _service { sdl } }' }).data?._service;
}

async function resolveEntities(
  _root: unknown,
  { representations }: { representations: readonly Representation[] },
  context: RequestContext,
  info: GraphQLResolveInfo,
): Promise<Found[]> {
  const found: Found[] = representations.map(() => null);
  const byType = Map.groupBy(representations.keys(), (index) => typeNameOf(representations[index]));
  await Promise.all(
    [...byType].map(async ([typeName, indexes]) => {
      const references = indexes.flatMap((index) => representations[index] ?? []);
      const results = await resolveType(typeName, references, context, info);
      indexes.forEach((index, place) => {
        found[index] = named(typeName, results[place] ?? null);
      });
    }),
  );
  return found;
}

/** `_Any` takes anything, so that a type name may be something else than text. */
function typeNameOf(representation: Representation | undefined): string {
  return typeof representation?.__typename === 'string' ? representation.__typename : '';
}

/** A failure of the whole batch is the failure of each of its references, not of other types. */
async function resolveType(
  typeName: string,
  references: readonly Representation[],
  context: RequestContext,
  info: GraphQLResolveInfo,
): Promise<readonly Found[]> {
  const resolve = Object.hasOwn(entityResolvers, typeName) ? entityResolvers[typeName] : undefined;
  if (!resolve)
    return references.map(() => badUserInput(`This subgraph has no entity \`${excerpt(typeName, MAX_TYPE_NAME)}\`.`));
  const results = await toResult(() => resolve(references, context, info));
  return results instanceof Error ? references.map(() => results) : results;
}

function named(__typename: string, found: Found): Found {
  return found === null || found instanceof Error ? found : { ...found, __typename };
}
