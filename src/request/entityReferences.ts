import type { GraphQLResolveInfo } from 'graphql';
import { badUserInput } from '../errors.ts';
import { asError } from '../values/result.ts';
import type { RequestContext } from './context.ts';

/** Reference of another subgraph, through the router, to one of our entities: the key fields. */
export interface Representation {
  readonly __typename: string;
  readonly [field: string]: unknown;
}

/** An entity for each reference, in order: null for one that does not exist, an error for one that failed alone. */
export type EntityResolver = (
  references: readonly Representation[],
  context: RequestContext,
  info: GraphQLResolveInfo,
) => Promise<readonly Found[]>;

export type EntityResolvers = Readonly<Record<string, EntityResolver>>;

export type Found = object | null | Error;

/** Reads the key of each reference, loads all readable ones in one batch, and puts every result in its place. */
export async function loadReferences<Key>(
  references: readonly Representation[],
  read: (reference: Representation) => Key,
  loadMany: (keys: readonly Key[]) => Promise<readonly Found[]>,
): Promise<Found[]> {
  const keys = references.map((reference): { key: Key } | Error => {
    try {
      return { key: read(reference) };
    } catch (error) {
      return asError(error);
    }
  });
  const loaded = (await loadMany(keys.flatMap((entry) => (entry instanceof Error ? [] : [entry.key])))).values();
  return keys.map((entry) => (entry instanceof Error ? entry : (loaded.next().value ?? null)));
}

/** The `id` of a reference. Throws `BAD_USER_INPUT`. */
export function idOf(reference: Representation): string {
  if (typeof reference.id === 'string') return reference.id;
  throw badUserInput(`A reference to \`${reference.__typename}\` takes its \`id\`.`);
}
