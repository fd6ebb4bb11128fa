import { type Logger, symbols } from 'pino';

/** Members of a line of the log as JSON, each with a comma in front. */
export class WrittenMembers {
  readonly json: string;

  constructor(json: string) {
    this.json = json;
  }
}

/** A member whose text may be anything. */
export function textMember(name: string, text: string): string {
  return `,"${name}":${JSON.stringify(text)}`;
}

/** Part of the library's logger that writes a line. */
interface Writer {
  readonly [symbols.lsCacheSym]: Readonly<Record<number, string>>;
  readonly [symbols.chindingsSym]: string;
  [symbols.asJsonSym](this: Writer, entry: object, message: string, level: number, time: string): string;
}

/** Makes a logger take members that are written already: going through those of an object costs several times as much. */
export function takeWritten(log: Logger): Logger {
  const writer = log as unknown as Writer;
  const asJson = writer[symbols.asJsonSym];
  function written(this: Writer, entry: object, message: string, level: number, time: string): string {
    if (!(entry instanceof WrittenMembers)) return asJson.call(this, entry, message, level, time);
    return `${this[symbols.lsCacheSym][level]}${time}${this[symbols.chindingsSym]}${entry.json},"msg":"${message}"}\n`;
  }
  writer[symbols.asJsonSym] = written;
  return log;
}
