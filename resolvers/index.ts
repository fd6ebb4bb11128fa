import type { EntityResolvers } from '../src/request/entityReferences.ts';
import * as files from './files.ts';

/** Matches names of types. Constants have no small letters. */
const TYPE_NAME = /^[A-Z]\w*[a-z]\w*$/;

/** Fields by type: each file exports a map named after its type. Several files add fields to one type, such as `Query`. */
export const resolvers = merged(
  Object.values(files).flatMap((file) => Object.entries(file).filter(([name]) => TYPE_NAME.test(name))),
);

type Fields = Readonly<Record<string, object>>;

function merged(maps: readonly (readonly [type: string, fields: Fields])[]): Readonly<Record<string, Fields>> {
  const types: Record<string, Fields> = {};
  for (const [type, fields] of maps) types[type] = type in types ? { ...types[type], ...fields } : fields;
  return types;
}

/** The entities that other subgraphs may refer to, each with the batch that resolves all its references at once. */
export const entityResolvers: EntityResolvers = {
  Organization: files.organization.resolveOrganizations,
  Project: files.project.resolveProjects,
  ApiToken: files.apiToken.resolveApiTokens,
  Assistant: files.assistant.resolveAssistants,
};
