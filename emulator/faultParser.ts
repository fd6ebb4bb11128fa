import { BYTE_ORDER_MARKS, CODINGS, type Fault } from './faults.ts';

type Fields = Readonly<Record<string, unknown>>;
type Read = (fields: Fields, name: string, at: string) => unknown;

/** A member of a fault: whether it may be left out, how it is read, and values of which random faults are made. */
export interface FaultMember {
  readonly isOptional: boolean;
  readonly read: Read;
  readonly examples: readonly [unknown, ...unknown[]];
}

const required = (read: Read, ...examples: FaultMember['examples']): FaultMember => ({
  isOptional: false,
  read,
  examples,
});
const optional = (read: Read, ...examples: FaultMember['examples']): FaultMember => ({
  isOptional: true,
  read,
  examples,
});

type Target = 'route' | 'times' | 'project';
type MembersOf<Kind> = Exclude<keyof Extract<Fault, { kind: Kind }>, Target | 'kind'>;

const ID = optional(wholeNumber(), 1, 5, 6, 7, 9, 150, 154, 401, 500, 2005);
const BODIES = ['', 'null', '[]', '{}', '{"projects":null}', '{"tokens":[1,null,{}]}', '"text"'] as const;

/** Every kind of fault with its members: the only list of them. */
export const FAULT_KINDS: { readonly [Kind in Fault['kind']]: Readonly<Record<MembersOf<Kind>, FaultMember>> } = {
  latency: { ms: required(wholeNumber(0, 600_000), 1, 20, 50) },
  status: {
    status: required(wholeNumber(200, 599), 400, 401, 403, 404, 409, 413, 429, 500, 502, 503, 504),
    retryAfter: optional(text, '0', '1', 'soon'),
    id: ID,
  },
  answer: {
    status: optional(wholeNumber(200, 599), 200, 201, 204, 302, 500),
    headers: optional(texts, { 'content-type': 'text/html' }, { 'x-odd': 'yes' }),
    body: optional((fields, name) => fields[name], ...BODIES),
    applied: optional(truth, true, false),
  },
  drop: {},
  invalidJson: {},
  errorWith200: { code: ID },
  hang: {},
  loseAnswer: {},
  truncate: {},
  encode: {
    coding: optional(oneOf(CODINGS), ...CODINGS),
    label: optional(text, 'gzip', 'zstd', 'x-odd'),
    mark: optional(oneOf(BYTE_ORDER_MARKS), ...BYTE_ORDER_MARKS),
    padding: optional(wholeNumber(0, 200_000_000), 1_000, 100_000),
  },
};

const TARGET: Readonly<Record<Target, FaultMember>> = {
  route: required(text, '*'),
  times: optional(wholeNumber(1), 1, 2),
  project: optional(text, 'any'),
};

/** Reads faults from outside; throws an Error that names the first member that is wrong. */
export function parseFaults(value: unknown): Fault[] {
  if (!Array.isArray(value)) throw new Error('expected a JSON array of faults');
  return value.map((item: unknown, index) => parseFault(item, `faults[${index}]`));
}

function parseFault(item: unknown, at: string): Fault {
  if (!isFields(item)) throw new Error(`${at} must be an object`);
  const kind = item.kind;
  if (!isKind(kind)) throw new Error(`${at}.kind must be one of: ${Object.keys(FAULT_KINDS).join(', ')}`);
  const fault: Record<string, unknown> = { kind };
  for (const [name, { isOptional, read }] of Object.entries<FaultMember>({ ...TARGET, ...FAULT_KINDS[kind] })) {
    if (!isOptional || item[name] !== undefined) fault[name] = read(item, name, at);
  }
  // The table has every member of the kind, with its reader.
  return fault as unknown as Fault;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isKind(value: unknown): value is Fault['kind'] {
  return typeof value === 'string' && Object.hasOwn(FAULT_KINDS, value);
}

function text(fields: Fields, name: string, at: string): string {
  const value = fields[name];
  if (typeof value === 'string' && value !== '') return value;
  throw new Error(`${at}.${name} must be a text`);
}

function oneOf(values: readonly string[]): Read {
  return (fields, name, at) => {
    const value = values.find((candidate) => candidate === fields[name]);
    if (value !== undefined) return value;
    throw new Error(`${at}.${name} must be one of: ${values.join(', ')}`);
  };
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

function wholeNumber(least = 0, most = Number.MAX_SAFE_INTEGER): Read {
  return (fields, name, at) => {
    const value = fields[name];
    if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value;
    throw new Error(`${at}.${name} must be a whole number from ${least} to ${most}`);
  };
}
