import { BYTE_ORDER_MARKS, CODINGS, type Fault } from './faults.ts';

type Fields = Readonly<Record<string, unknown>>;

const KINDS: Record<Fault['kind'], (fields: Fields, at: string) => Fault> = {
  latency: (fields, at) => ({
    ...target(fields, at),
    kind: 'latency',
    ms: wholeNumber(fields, 'ms', at, [0, 600_000]),
  }),
  status: (fields, at) => ({
    ...target(fields, at),
    kind: 'status',
    status: wholeNumber(fields, 'status', at, [200, 599]),
    ...optional('retryAfter', fields, (name) => text(fields, name, at)),
    ...optional('id', fields, (name) => wholeNumber(fields, name, at)),
  }),
  answer: (fields, at) => ({
    ...target(fields, at),
    kind: 'answer',
    ...optional('status', fields, (name) => wholeNumber(fields, name, at, [200, 599])),
    ...optional('headers', fields, (name) => texts(fields, name, at)),
    ...optional('body', fields, (name) => fields[name]),
    ...optional('applied', fields, (name) => truth(fields, name, at)),
  }),
  drop: (fields, at) => ({ ...target(fields, at), kind: 'drop' }),
  invalidJson: (fields, at) => ({ ...target(fields, at), kind: 'invalidJson' }),
  errorWith200: (fields, at) => ({
    ...target(fields, at),
    kind: 'errorWith200',
    ...optional('code', fields, (name) => wholeNumber(fields, name, at)),
  }),
  hang: (fields, at) => ({ ...target(fields, at), kind: 'hang' }),
  loseAnswer: (fields, at) => ({ ...target(fields, at), kind: 'loseAnswer' }),
  truncate: (fields, at) => ({ ...target(fields, at), kind: 'truncate' }),
  encode: (fields, at) => ({
    ...target(fields, at),
    kind: 'encode',
    ...optional('coding', fields, (name) => oneOf(fields, name, at, CODINGS)),
    ...optional('label', fields, (name) => text(fields, name, at)),
    ...optional('mark', fields, (name) => oneOf(fields, name, at, BYTE_ORDER_MARKS)),
    ...optional('padding', fields, (name) => wholeNumber(fields, name, at, [0, 200_000_000])),
  }),
};

/** Reads faults from outside; throws an Error that names the first member that is wrong. */
export function parseFaults(value: unknown): Fault[] {
  if (!Array.isArray(value)) throw new Error('expected a JSON array of faults');
  return value.map((item: unknown, index) => parseFault(item, `faults[${index}]`));
}

function parseFault(item: unknown, at: string): Fault {
  if (!isFields(item)) throw new Error(`${at} must be an object`);
  const kind = item.kind;
  if (!isKind(kind)) throw new Error(`${at}.kind must be one of: ${Object.keys(KINDS).join(', ')}`);
  return KINDS[kind](item, at);
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isKind(value: unknown): value is Fault['kind'] {
  return typeof value === 'string' && Object.hasOwn(KINDS, value);
}

function target(fields: Fields, at: string) {
  return {
    route: text(fields, 'route', at),
    ...optional('times', fields, (name) => wholeNumber(fields, name, at, [1, Number.MAX_SAFE_INTEGER])),
    ...optional('project', fields, (name) => text(fields, name, at)),
  };
}

function optional<N extends string, T>(name: N, fields: Fields, read: (name: N) => T): { [K in N]?: T } {
  const parts: { [K in N]?: T } = {};
  if (fields[name] !== undefined) parts[name] = read(name);
  return parts;
}

function text(fields: Fields, name: string, at: string): string {
  const value = fields[name];
  if (typeof value === 'string' && value !== '') return value;
  throw new Error(`${at}.${name} must be a text`);
}

function oneOf<T extends string>(fields: Fields, name: string, at: string, values: readonly T[]): T {
  const value = values.find((candidate) => candidate === fields[name]);
  if (value !== undefined) return value;
  throw new Error(`${at}.${name} must be one of: ${values.join(', ')}`);
}

function texts(fields: Fields, name: string, at: string): Record<string, string> {
  const value = fields[name];
  const isFitting = isFields(value) && Object.values(value).every((member) => typeof member === 'string');
  if (isFitting) return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, String(member)]));
  throw new Error(`${at}.${name} must be an object of texts`);
}

function truth(fields: Fields, name: string, at: string): boolean {
  const value = fields[name];
  if (typeof value === 'boolean') return value;
  throw new Error(`${at}.${name} must be true or false`);
}

function wholeNumber(fields: Fields, name: string, at: string, [least, most] = [0, Number.MAX_SAFE_INTEGER]): number {
  const value = fields[name];
  if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value;
  throw new Error(`${at}.${name} must be a whole number from ${least} to ${most}`);
}
