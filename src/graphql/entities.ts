import type { GraphQLResolveInfo } from 'graphql';
import { READ } from '../access/permissions.ts';
import { projectOf } from '../cost/entities.ts';
import { type ServedName, servedType } from '../cost/servedNames.ts';
import { badUserInput } from '../errors.ts';
import type { OwnProject } from '../request/answerTags.ts';
import type { RequestContext } from '../request/context.ts';
import type { EntityResolver, EntityResolvers, Found, Representation } from '../request/entityReferences.ts';
import { selectsRecordOnly } from '../request/selection.ts';
import { excerpt } from '../values/excerpt.ts';
import { toResult } from '../values/result.ts';
import { whyRefused } from './enforcement.ts';

/** Characters of a type's name, which may be anything, that are repeated to who sent it. */
const MAX_TYPE_NAME = 200;

/** Resolver of `_entities`: gives each entity's resolver all of its references at once. Keys are names as served. */
export function entitiesResolver(resolvers: EntityResolvers) {
  return async (
    _root: unknown,
    { representations }: { representations: readonly Representation[] },
    context: RequestContext,
    info: GraphQLResolveInfo,
  ): Promise<Found[]> => {
    // In each place, so that the fields beside it stay.
    const refusal = whyRefused(context, READ);
    if (refusal) return representations.map(() => refusal);
    const found: Found[] = representations.map(() => null);
    context.tags?.refer(nameOf(info), ownProjects(representations, context, info));
    const byType = Map.groupBy(representations.keys(), (index) => typeNameOf(representations[index]));
    await Promise.all(
      [...byType].map(async ([typeName, indexes]) => {
        const references = indexes.flatMap((index) => representations[index] ?? []);
        const resolve = Object.hasOwn(resolvers, typeName) ? resolvers[typeName] : undefined;
        const results = await (resolve ? resolveAll(resolve, references, context, info) : refuse(typeName, references));
        indexes.forEach((index, place) => {
          found[index] = named(typeName, results[place] ?? null);
        });
      }),
    );
    return found;
  };
}

/** Name of the field in the answer. */
function nameOf({ fieldName, fieldNodes: [node] }: GraphQLResolveInfo): string {
  return node?.alias?.value ?? fieldName;
}

/** Projects that the references depend on alone. `all` for those whose selection leads elsewhere. */
function ownProjects(
  representations: readonly Representation[],
  { ids }: RequestContext,
  info: GraphQLResolveInfo,
): readonly (OwnProject | 'all')[] {
  const ofRecords = new Set(
    [...new Set(representations.map(typeNameOf))].filter((typeName) => selectsRecordOnly(info, typeName)),
  );
  const servedName: ServedName = (declared) => servedType(info.schema, declared);
  return representations.map((one) => (ofRecords.has(typeNameOf(one)) ? projectOf(one, ids, servedName) : 'all'));
}

/** `_Any` takes anything, so that a type name may be something else than text. */
function typeNameOf(representation: Representation | undefined): string {
  return typeof representation?.__typename === 'string' ? representation.__typename : '';
}

/** A failure of the whole batch is the failure of each of its references, not of other types. */
async function resolveAll(
  resolve: EntityResolver,
  references: readonly Representation[],
  context: RequestContext,
  info: GraphQLResolveInfo,
): Promise<readonly Found[]> {
  const results = await toResult(() => resolve(references, context, info));
  return results instanceof Error ? references.map(() => results) : results;
}

function refuse(typeName: string, references: readonly Representation[]): Found[] {
  return references.map(() => badUserInput(`This subgraph has no entity "${excerpt(typeName, MAX_TYPE_NAME)}".`));
}

function named(__typename: string, found: Found): Found {
  return found === null || found instanceof Error ? found : { ...found, __typename };
}
