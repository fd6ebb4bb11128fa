import { type OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { Pool } from 'undici';

/** Answers before the fault shows, so that the facade has begun well. */
const EARLY_ANSWERS = 10;
let answers = 0;

/** Replaces bodies of answers. Null: the answer never comes. */
function onAnswer(replace: (body: string) => string | null): void {
  const { writeHead, end } = ServerResponse.prototype;
  const parts = new WeakMap<ServerResponse, string[]>();
  const keep = (response: ServerResponse, part: unknown) => {
    const kept = parts.get(response) ?? [];
    if (typeof part === 'string' || Buffer.isBuffer(part)) kept.push(String(part));
    parts.set(response, kept);
    return kept;
  };
  Object.assign(ServerResponse.prototype, {
    writeHead(this: ServerResponse, status: number, headers?: OutgoingHttpHeaders) {
      const { 'content-length': _length, ...others } = headers ?? {};
      this.removeHeader('content-length');
      return Reflect.apply(writeHead, this, [status, others]);
    },
    write(this: ServerResponse, part: unknown) {
      keep(this, part);
      return true;
    },
    end(this: ServerResponse, part?: unknown) {
      const body = keep(this, part).join('');
      answers += 1;
      const replaced = answers > EARLY_ANSWERS ? replace(body) : body;
      return replaced === null ? this : Reflect.apply(end, this, [replaced]);
    },
  });
}

const NO_HANDLER = {
  onRequestStart: () => undefined,
  onResponseStart: () => undefined,
  onResponseData: () => undefined,
  onResponseEnd: () => undefined,
  onResponseError: () => undefined,
};

/** Faults of a facade, each of which chaos must find. */
const PLANTS: Readonly<Record<string, () => void>> = {
  crash: () =>
    onAnswer((body) => {
      setImmediate(() => {
        throw new Error('planted');
      });
      return body;
    }),
  rejection: () =>
    onAnswer((body) => {
      void Promise.reject(new Error('planted'));
      return body;
    }),
  hang: () => onAnswer((body) => (answers % 5 === 0 ? null : body)),
  leak: () => {
    let [before, last] = ['{}', '{}'];
    onAnswer((body) => {
      [before, last] = [last, body];
      return before;
    });
  },
  unrecorded: () => {
    const { write } = process.stdout;
    const isEvent = (line: string) => line.includes('"action":');
    process.stdout.write = (text: string | Uint8Array, ...rest: unknown[]) =>
      Reflect.apply(write, process.stdout, [
        String(text)
          .split('\n')
          .filter((line) => !isEvent(line))
          .join('\n'),
        ...rest,
      ]);
  },
  doubled: () => {
    const { dispatch } = Pool.prototype;
    Pool.prototype.dispatch = function (options, handler) {
      if (options.method !== 'GET') dispatch.call(this, options, NO_HANDLER);
      return dispatch.call(this, options, handler);
    };
  },
  stuck: () => {
    const { dispatch } = Pool.prototype;
    let calls = 0;
    Pool.prototype.dispatch = function (options, handler) {
      calls += 1;
      if (calls > EARLY_ANSWERS) throw new Error('planted');
      return dispatch.call(this, options, handler);
    };
  },
};

// Loaded before the facade, by `NODE_OPTIONS`.
PLANTS[process.env.PLANTED ?? '']?.();
