/**
 * Characters that JSON leaves as they are. Readers of lines take some for an end of line, and terminals others for commands.
 */
const CONTROL_CHARACTERS = /[\u007f-\u009f\u2028\u2029]/g;

/** JSON that is one line to every reader: what could end a line or command a terminal is escaped. */
export function oneLine(json: string): string {
  return json.replace(CONTROL_CHARACTERS, (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
