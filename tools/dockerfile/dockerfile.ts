/** The instructions that our Dockerfile uses. */
export type Instruction =
  | { readonly name: 'FROM'; readonly image: string; readonly stage: string | null }
  | { readonly name: 'WORKDIR'; readonly path: string }
  | {
      readonly name: 'COPY';
      /** Stage to copy from; null for the build context. */
      readonly from: string | null;
      readonly sources: readonly string[];
      readonly target: string;
    }
  | { readonly name: 'RUN'; readonly command: string }
  | { readonly name: 'ENV' | 'LABEL'; readonly values: Readonly<Record<string, string>> }
  | { readonly name: 'USER'; readonly user: string }
  | { readonly name: 'EXPOSE'; readonly port: number }
  | { readonly name: 'HEALTHCHECK' | 'CMD'; readonly command: readonly string[] };

/** Thrown for what this reader does not know. It must not guess: what it skipped would not be proven. */
export class DockerfileError extends Error {
  override readonly name = 'DockerfileError';
}

/** Reads a Dockerfile. Takes the exec form only for commands that run in the image. Throws `DockerfileError`. */
export function parseDockerfile(text: string): Instruction[] {
  const lines = logicalLines(text);
  const first = lines.findIndex((line) => !ARGUMENT.test(line));
  const defaults = new Map(
    lines.slice(0, first).map((line) => [ARGUMENT.exec(line)?.[1], ARGUMENT.exec(line)?.[2] ?? '']),
  );
  return lines.slice(first).map((line) => {
    const [, name = '', rest = ''] = /^(\S+)\s+(.*)$/.exec(line) ?? [];
    const isFrom = name.toUpperCase() === 'FROM';
    const known = isFrom ? rest.replace(/^\$(\w+)/, (whole, variable) => defaults.get(variable) ?? whole) : rest;
    return instruction(name.toUpperCase(), known.trim(), line);
  });
}

/** An argument with a default. Only those before the first stage are known, and only `FROM` may use them. */
const ARGUMENT = /^ARG (\w+)=([^\s$"']+)$/;

/** Without comments, and with continued lines joined. */
function logicalLines(text: string): string[] {
  const lines = text.split(/\r?\n/).filter((line) => !/^\s*#/.test(line));
  return lines
    .join('\n')
    .replace(/\\[ \t]*\n/g, ' ')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

function instruction(name: string, rest: string, line: string): Instruction {
  switch (name) {
    case 'FROM':
      return from(rest, line);
    case 'WORKDIR':
      return { name, path: oneWord(rest, line) };
    case 'COPY':
      return copy(rest, line);
    case 'RUN':
      return run(rest, line);
    case 'ENV':
    case 'LABEL':
      return { name, values: assignments(rest, line) };
    case 'USER':
      return { name, user: oneWord(rest, line) };
    case 'EXPOSE':
      return { name, port: Number(matched(/^\d+$/, rest, line)[0]) };
    case 'HEALTHCHECK':
      return { name, command: execForm(matched(/^(?:--[a-z-]+=\S+\s+)*CMD\s+(.*)$/, rest, line)[1], line) };
    case 'CMD':
      return { name, command: execForm(rest, line) };
    default:
      throw new DockerfileError(`unknown instruction: ${line}`);
  }
}

function from(rest: string, line: string): Instruction {
  const [, image = '', stage = null] = matched(/^([^\s$-][^\s$]*)(?:\s+AS\s+(\S+))?$/i, rest, line);
  return { name: 'FROM', image, stage };
}

function copy(rest: string, line: string): Instruction {
  const words = rest.split(/\s+/);
  const from = words[0]?.startsWith('--from=') ? (words.shift()?.slice('--from='.length) ?? null) : null;
  const target = words.pop();
  // Other flags change owner or mode, and the image's user would be able to do more than what is proven.
  if (target === undefined || words.length === 0 || /[*?[\]"$]|(^| )--/.test(words.join(' ')))
    throw notUnderstood(line);
  return { name: 'COPY', from, sources: words, target };
}

function run(rest: string, line: string): Instruction {
  if (/^(--|\[)|<</.test(rest)) throw notUnderstood(line);
  return { name: 'RUN', command: rest };
}

/** `NAME=value OTHER="a value"`. Values that refer to variables are not expanded, so they are refused. */
function assignments(rest: string, line: string): Record<string, string> {
  const pair = /([A-Za-z0-9_.-]+)=(?:"([^"\\$]*)"|([^\s"'\\$]*))(?:\s+|$)/y;
  const values: Record<string, string> = {};
  while (pair.lastIndex < rest.length) {
    const [, name, quoted, plain] = pair.exec(rest) ?? [];
    if (name === undefined) throw notUnderstood(line);
    values[name] = quoted ?? plain ?? '';
  }
  return values;
}

function execForm(text: string | undefined, line: string): string[] {
  try {
    const command: unknown = JSON.parse(text ?? '');
    if (Array.isArray(command) && command.length > 0 && command.every((word) => typeof word === 'string'))
      return command;
  } catch {
    // Said below.
  }
  throw new DockerfileError(`not the exec form, ["program", "argument"]: ${line}`);
}

function oneWord(rest: string, line: string): string {
  return matched(/^[^\s$]+$/, rest, line)[0] ?? '';
}

function matched(pattern: RegExp, text: string, line: string): RegExpExecArray {
  const match = pattern.exec(text);
  if (match) return match;
  throw notUnderstood(line);
}

function notUnderstood(line: string): DockerfileError {
  return new DockerfileError(`not understood: ${line}`);
}
