import { onTestFinished } from 'vitest';
import { type Emulator, type EmulatorOptions, startEmulator } from '../../../emulator/emulator.ts';

export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
  /** The body as it came, for numbers of many digits. */
  readonly text: string;
}

interface Sent {
  /** Goes out as `Authorization: Bearer`. */
  readonly token?: string;
  readonly headers?: Record<string, string>;
  /** Text goes out as it is, anything else as JSON. */
  readonly body?: unknown;
}

/** An emulator of its own for one test, and short ways to call it. */
export async function running(options: EmulatorOptions = {}) {
  const emulator = await startEmulator(options);
  onTestFinished(() => emulator.close());
  const [acme, borealis] = emulator.seeded.organizations;
  const project = acme!.projects[0]!;
  return {
    emulator,
    acme: acme!,
    borealis: borealis!,
    project,
    organizationToken: acme!.token,
    projectToken: project.tokens[0]!.id,
    user: emulator.seeded.oauth[0]!,
    call: (route: string, sent?: Sent) => call(emulator, route, sent),
  };
}

/** `call('GET /v1/organization/projects', { token })` */
async function call({ url }: Emulator, route: string, { token, headers = {}, body }: Sent = {}): Promise<Answered> {
  const [method = '', path = ''] = route.split(' ', 2);
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
  const response = await fetch(url + path, {
    method,
    headers: { ...authorization, ...(text === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(text === undefined ? {} : { body: text }),
  });
  const answer = await response.text();
  const { status, headers: received } = response;
  const isJson = response.headers.get('content-type')?.startsWith('application/json');
  return { status, headers: received, body: isJson && answer ? JSON.parse(answer) : answer, text: answer };
}

/** The text member `name` of an answer; fails the test when there is none. */
export function textOf(body: unknown, name: string): string {
  const value =
    typeof body === 'object' && body !== null ? Object.entries(body).find(([key]) => key === name) : undefined;
  if (typeof value?.[1] !== 'string') throw new Error(`no text "${name}" in ${JSON.stringify(body)}`);
  return value[1];
}

/** The items of the list member `name` of an answer. */
export function itemsOf(body: unknown, name: string): Record<string, unknown>[] {
  const value =
    typeof body === 'object' && body !== null ? Object.entries(body).find(([key]) => key === name) : undefined;
  if (!Array.isArray(value?.[1])) throw new Error(`no list "${name}" in ${JSON.stringify(body)}`);
  return value[1];
}

/** An answer in envelope A, to compare status and id with; every text carries the mark. */
export function refusal(status: number, id: number) {
  return { status, body: { errors: [{ id, description: expectMark }] } };
}

const expectMark = {
  asymmetricMatch: (text: unknown) => typeof text === 'string' && text.includes('UPSTREAM-TEXT'),
  toString: () => 'a text with UPSTREAM-TEXT',
};
