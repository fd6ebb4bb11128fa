import {
  type GraphQLInputType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
} from 'graphql';
import type { Condition, FieldTree, FragmentTree, Given, SelectionTree } from './operationTree.ts';

/** A valid operation as a client sends it. */
export interface Operation {
  readonly document: string;
  readonly variables: Record<string, unknown>;
}

/** Writes a tree as a document: names fragments, variables and aliases so that whatever is merged is equal. */
export function render(
  roots: readonly SelectionTree[],
  name: string | null,
  kind: 'query' | 'mutation' = 'query',
): Operation {
  const rendering = new Rendering();
  const selections = rendering.selections(roots);
  const variables = rendering.definitions.length > 0 ? ` (${rendering.definitions.join(', ')})` : '';
  // Only operations with a name may have variables in every parser, so those get one.
  const isBare = kind === 'query' && name === null && variables === '';
  const head = isBare ? '' : `${kind} ${name ?? 'Q'}${variables} `;
  return { document: [`${head}${selections}`, ...rendering.fragments].join('\n'), variables: rendering.variables };
}

class Rendering {
  readonly definitions: string[] = [];
  readonly variables: Record<string, unknown> = {};
  readonly fragments: string[] = [];
  /** Response names by what they stand for: one name never stands for two things, wherever fields are merged. */
  readonly #responseNames = new Map<string, string>();
  readonly #fragmentNames = new Map<string, string>();
  readonly #variableNames = new Map<string, string>();

  selections(trees: readonly SelectionTree[]): string {
    return `{ ${trees.map((tree) => (tree.kind === 'field' ? this.#field(tree) : this.#fragment(tree))).join(' ')} }`;
  }

  #field(tree: FieldTree): string {
    const values = tree.given.map((given) => `${given.argument.name}: ${this.#value(given)}`);
    const call = values.length > 0 ? `${tree.name}(${values.join(', ')})` : tree.name;
    const responseName = this.#responseName(tree, call);
    const alias = responseName === tree.name ? '' : `${responseName}: `;
    const below = tree.selections.length > 0 ? ` ${this.selections(tree.selections)}` : '';
    return `${alias}${call}${this.#condition(tree.condition)}${below}`;
  }

  #responseName({ name, field, alias }: FieldTree, call: string): string {
    const wanted = alias === '' ? name : `${alias}_${name}`;
    const meaning = `${wanted} ${call} ${field?.type}`;
    const known = this.#responseNames.get(meaning);
    if (known !== undefined) return known;
    const others = new Set(this.#responseNames.values());
    let free = wanted;
    for (let number = 2; others.has(free); number += 1) free = `${wanted}_${number}`;
    this.#responseNames.set(meaning, free);
    return free;
  }

  /** Fragments of the same text are one, spread in several places. */
  #fragment({ isNamed, on, condition, selections }: FragmentTree): string {
    const text = `${on === null ? '' : `on ${on} `}${this.selections(selections)}`;
    if (!isNamed || on === null) {
      const conditioned = on === null ? '' : ` on ${on}`;
      return `...${conditioned}${this.#condition(condition)} ${text.slice(text.indexOf('{'))}`;
    }
    const known = this.#fragmentNames.get(text);
    const name = known ?? `F${this.#fragmentNames.size + 1}`;
    if (known === undefined) {
      this.#fragmentNames.set(text, name);
      this.fragments.push(`fragment ${name} ${text}`);
    }
    return `...${name}${this.#condition(condition)}`;
  }

  #condition(condition: Condition | null): string {
    if (condition === null) return '';
    const { directive, value, by } = condition;
    if (by === 'literal') return ` @${directive}(if: ${value})`;
    const variable = by === 'default' ? this.#variable(`Boolean = ${value}`) : this.#variable('Boolean!', value);
    return ` @${directive}(if: ${variable})`;
  }

  #value({ argument: { type, defaultValue }, value, by }: Given): string {
    const text = literal(type, value);
    if (by === 'literal') return text;
    // What falls back to a default may be declared nullable, and must be for the default of the argument to count.
    if (by === 'omitted') return this.#variable(String(getNullableType(type)));
    if (by === 'default') return this.#variable(`${type} = ${text}`);
    if (by === 'variable') return this.#variable(String(type), value);
    return this.#variable(`${type} = ${literal(type, defaultValue === undefined ? value : defaultValue)}`, value);
  }

  /** A variable for each declaration and value; without a value it is left to its default. */
  #variable(declaration: string, value?: unknown): string {
    const meaning = `${declaration} ${JSON.stringify(value)}`;
    const known = this.#variableNames.get(meaning);
    if (known !== undefined) return known;
    const name = `v${this.#variableNames.size + 1}`;
    this.#variableNames.set(meaning, `$${name}`);
    this.definitions.push(`$${name}: ${declaration}`);
    if (value !== undefined) this.variables[name] = value;
    return `$${name}`;
  }
}

/** A value as it stands in a document. What a custom scalar takes is written by the look of the value. */
function literal(type: GraphQLInputType, value: unknown): string {
  if (isNonNullType(type)) return literal(type.ofType, value);
  if (value === null || value === undefined) return 'null';
  if (isEnumType(type)) return String(value);
  if (Array.isArray(value)) {
    const of = isListType(type) ? type.ofType : type;
    return `[${value.map((item) => literal(of, item)).join(', ')}]`;
  }
  if (typeof value !== 'object') return JSON.stringify(value);
  const fields = isInputObjectType(type) ? type.getFields() : {};
  const members = Object.entries(value).map(([name, of]) => `${name}: ${literal(fields[name]?.type ?? type, of)}`);
  return `{${members.join(', ')}}`;
}
