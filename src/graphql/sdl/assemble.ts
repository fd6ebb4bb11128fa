import type { DocumentNode } from 'graphql';

/** Step between the contract as written and the contract as served. Returns a document; never changes its argument. */
export type SdlStep = (document: DocumentNode) => DocumentNode;

/** The contract as served: the written one after every step, in order. */
export function assemble(written: DocumentNode, steps: readonly SdlStep[]): DocumentNode {
  return steps.reduce((document, step) => step(document), written);
}
