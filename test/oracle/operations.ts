import fc from 'fast-check';
import { type GraphQLSchema, getNamedType } from 'graphql';
import type { ArgumentPools } from './argumentValues.ts';
import { type FieldTree, SelectionTrees } from './operationTree.ts';
import { type Operation, render } from './rendering.ts';

export type { ArgumentPools } from './argumentValues.ts';
export type { Operation } from './rendering.ts';

export interface OperationOptions {
  readonly pools?: ArgumentPools;
  /** Fields to leave out, as `Type.field`. */
  readonly without?: Iterable<string>;
  /** Levels of fields below the root fields. */
  readonly maxDepth?: number;
  /** Selections of one level, at most. */
  readonly maxWidth?: number;
}

/**
 * Random valid queries over everything that the schema offers: nested selections, aliases, repeated fields, fragments with
 * and without names, conditions, and arguments given as text or by variables in every way that the language knows.
 */
export function operations(schema: GraphQLSchema, options: OperationOptions = {}): fc.Arbitrary<Operation> {
  const { pools = {}, without = [], maxDepth = 6, maxWidth = 3 } = options;
  const query = schema.getQueryType();
  if (!query) throw new Error('the schema has no queries');
  const trees = new SelectionTrees({ schema, pools, without: new Set(without), maxWidth });
  return fc
    .tuple(trees.of(query, maxDepth), fc.constantFrom(null, 'Q', 'Other'))
    .map(([roots, name]) => render(roots, name));
}

/** Random selections of the payloads of mutations, with inputs that are given. */
export function mutations(
  schema: GraphQLSchema,
  { pools = {}, maxDepth = 5, maxWidth = 3 }: OperationOptions = {},
): (changes: readonly MutationCall[]) => fc.Arbitrary<Operation> {
  const fields = schema.getMutationType()?.getFields() ?? {};
  const trees = new SelectionTrees({ schema, pools, without: new Set(), maxWidth });
  const call = ({ name, input }: MutationCall): fc.Arbitrary<FieldTree> => {
    const field = fields[name];
    const [argument] = field?.args ?? [];
    if (!field || !argument) throw new Error(`the schema has no mutation ${name} that takes an input`);
    const given = [{ argument, value: input, by: 'variable' as const }];
    return trees
      .of(getNamedType(field.type), maxDepth)
      .map((selections) => ({ kind: 'field', name, field, alias: '', given, condition: null, selections }));
  };
  return (changes) => fc.tuple(...changes.map(call)).map((roots) => render(roots, 'M', 'mutation'));
}

export interface MutationCall {
  readonly name: string;
  readonly input: object;
}
