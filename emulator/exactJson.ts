/** What the language has beyond its typings: the text behind each value, and numbers that go out as they are written. */
interface ExactJson {
  parse(text: string, reviver: (key: string, value: unknown, context: { readonly source: string }) => unknown): unknown;
  rawJSON(text: string): object;
}

export const exactJson = JSON as ExactJson & JSON;
