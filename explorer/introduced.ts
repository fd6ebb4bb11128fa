interface Introspected {
  data?: { __schema?: { description?: string | null; types: { name: string }[] } };
}

const INTRODUCTION = `Organizations, projects, API tokens and assistants of Globant Enterprise AI.

Begin at \`Query.organization\`. Names below open their documentation.`;

/** Adds an introduction to an introspected schema, and sorts its types by name. Returns other answers as they are. */
export function introduced<Answer extends Introspected>(answer: Answer): Answer {
  const schema = answer.data?.__schema;
  if (schema) {
    schema.description ??= INTRODUCTION;
    schema.types.sort((one, other) => (one.name < other.name ? -1 : 1));
  }
  return answer;
}
