interface Listed {
  name: string;
  /** Of an object type alone; a query of a user may leave it out. */
  interfaces?: { name: string }[] | null;
}

interface Introspected {
  data?: { __schema?: { description?: string | null; types: Listed[] } };
}

const INTRODUCTION = `Organizations, projects, API tokens and assistants of Globant Enterprise AI.

Begin at \`Query.organization\`. Names below open their documentation.`;

/** Names of the schema may have a prefix. */
const isEntity = ({ interfaces }: Listed) => !!interfaces?.some(({ name }) => name.endsWith('Node'));

/** Adds an introduction to an introspected schema, and lists entities first. Returns other answers as they are. */
export function introduced<Answer extends Introspected>(answer: Answer): Answer {
  const schema = answer.data?.__schema;
  if (schema) {
    schema.description ??= INTRODUCTION;
    schema.types.sort(
      (one, other) => Number(isEntity(other)) - Number(isEntity(one)) || (one.name < other.name ? -1 : 1),
    );
  }
  return answer;
}
