import { Kind, parse, print, visit } from 'graphql';
import type { Facade } from './facade.ts';

/** Environment of a facade whose names all have a prefix. */
export const PREFIXES = { SCHEMA_PREFIX: 'geai', SCHEMA_ENTITY_PREFIX: 'Geai' };
export const PREFIXED = { schemaPrefix: 'geai', schemaEntityPrefix: 'Geai', schemaNode: false, schemaScopes: false };

const SPECIFIED = ['ID', 'String', 'Int', 'Float', 'Boolean', 'Query', 'Mutation', '_Any', '_Entity', '_Service'];

const typeName = (name: string) => (SPECIFIED.includes(name) || name.startsWith('__') ? name : `Geai${name}`);
const rootField = (name: string) =>
  name.startsWith('_') ? name : `geai${name.charAt(0).toUpperCase()}${name.slice(1)}`;

/** A document of the plain schema as the prefixed one takes it. Answers keep the names of the plain fields. */
export function prefixedDocument(document: string): string {
  const depthOf = (ancestors: readonly unknown[]) =>
    ancestors.filter((node) => typeof node === 'object' && node !== null && 'kind' in node && node.kind === Kind.FIELD);
  const onRoot = new Set<string>();
  const parsed = parse(document);
  visit(parsed, {
    FragmentDefinition: ({ name, typeCondition }) => {
      if (typeCondition.name.value === 'Query' || typeCondition.name.value === 'Mutation') onRoot.add(name.value);
    },
  });
  const isRoot = (ancestors: readonly unknown[]) => {
    const [, definition] = ancestors.filter((node): node is { kind: string; name?: { value: string } } =>
      Boolean(node && typeof node === 'object' && 'kind' in node),
    );
    const isInRoot = definition?.kind === Kind.OPERATION_DEFINITION || onRoot.has(definition?.name?.value ?? '');
    return isInRoot && depthOf(ancestors).length === 0;
  };
  const renamed = visit(parsed, {
    NamedType: (node) => ({ ...node, name: { ...node.name, value: typeName(node.name.value) } }),
    ObjectField: (node) =>
      node.name.value === '__typename' && node.value.kind === Kind.STRING
        ? { ...node, value: { ...node.value, value: typeName(node.value.value) } }
        : undefined,
    Field: (node, _key, _parent, _path, ancestors) =>
      isRoot(ancestors) && node.name.value !== '__typename'
        ? { ...node, alias: node.alias ?? node.name, name: { ...node.name, value: rootField(node.name.value) } }
        : undefined,
  });
  return print(renamed);
}

/** Text of an answer with the names of the plain types. */
export function plainText(text: string): string {
  return text.replaceAll(/"Geai(\w+)"/g, '"$1"');
}

/** A prefixed facade that is asked, and answers, in the names of the plain schema. */
export function inPlainNames(facade: Facade): Facade {
  return {
    ...facade,
    query: async (document, request = {}) => {
      const text = JSON.stringify(request.variables ?? {});
      const named = text.replaceAll(
        /"__typename":"(\w+)"/g,
        (_all, name: string) => `"__typename":"${typeName(name)}"`,
      );
      const answer = await facade.query(prefixedDocument(document), { ...request, variables: JSON.parse(named) });
      return { ...answer, data: JSON.parse(plainText(JSON.stringify(answer.data ?? null))) };
    },
  };
}
