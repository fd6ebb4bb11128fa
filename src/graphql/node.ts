import type { GraphQLResolveInfo } from 'graphql';
import type { ServedName } from '../cost/servedNames.ts';
import { badUserInput } from '../errors.ts';
import type { RequestContext } from '../request/context.ts';
import type { EntityResolvers, Found } from '../request/entityReferences.ts';
import { typesOfId } from '../values/ids.ts';
import { toResult } from '../values/result.ts';

/**
 * Resolver of `node`. The id says what it is of, but for the platform's UUIDs: the credentials know their organizations without a
 * call, so that those come first. Keys of `resolvers` are names as served.
 */
export function nodeResolver(resolvers: EntityResolvers, servedName: ServedName) {
  return async (_root: unknown, { id }: { id: string }, context: RequestContext, info: GraphQLResolveInfo) => {
    const types = typesOfId(id);
    if (types.length === 0) throw badUserInput('`id` is not the `id` of an object of this graph.');
    let failure: Error | null = null;
    for (const typeName of types.map(servedName)) {
      const found = await one(resolvers, typeName, id, context, info);
      if (found instanceof Error) failure ??= found;
      else if (found) return { ...found, __typename: typeName };
    }
    if (failure) throw failure;
    return null;
  };
}

async function one(
  resolvers: EntityResolvers,
  __typename: string,
  id: string,
  context: RequestContext,
  info: GraphQLResolveInfo,
): Promise<Found> {
  const found = await toResult(async () => resolvers[__typename]?.([{ __typename, id }], context, info) ?? []);
  return found instanceof Error ? found : (found[0] ?? null);
}
