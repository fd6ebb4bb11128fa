/** The JSON body of a control call. */
export function parseJson(body: unknown): unknown {
  if (typeof body !== 'string') throw new Error('expected a JSON body');
  return JSON.parse(body);
}
