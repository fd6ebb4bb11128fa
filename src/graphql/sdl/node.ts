import { type DocumentNode, Kind } from 'graphql';
import type { SdlStep } from './assemble.ts';

/** The contract for composition: only one subgraph of a graph can answer `node`, and that is rarely this one. */
export const withoutNode: SdlStep = (document): DocumentNode => ({
  ...document,
  definitions: document.definitions.flatMap((definition) => {
    if (definition.kind !== Kind.OBJECT_TYPE_EXTENSION || definition.name.value !== 'Query') return definition;
    const fields = definition.fields?.filter(({ name }) => name.value !== 'node') ?? [];
    return fields.length > 0 ? { ...definition, fields } : [];
  }),
});
