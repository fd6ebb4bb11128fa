import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Emulator, startEmulator } from '../../emulator/emulator.ts';
import { isJsonWebToken } from '../../src/values/secret.ts';
import { codes, type Facade, type Request, startFacade } from '../support/facade.ts';
import { type Issuer, startIssuer } from '../support/issuer.ts';
import { type RecordingProxy, startRecordingProxy } from '../support/recordingProxy.ts';

let issuer: Issuer;
let emulator: Emulator;
let platform: RecordingProxy;
/** Facades by the header that holds platform tokens, and one that asks for no token. */
const facades = new Map<string, Facade>();
let company: string;
let organizationToken: string;

beforeAll(async () => {
  issuer = await startIssuer();
  company = await issuer.token();
  emulator = await startEmulator({ organizations: 1, projects: 2 });
  platform = await startRecordingProxy(emulator.url);
  organizationToken = emulator.seeded.organizations[0]?.token ?? '';
  const modes: Record<string, Record<string, string>> = {
    authorization: {},
    'geai-tokens': { GEAI_TOKEN_HEADER: 'geai-tokens' },
    open: { AUTH_MODE: 'open', GEAI_TOKENS: organizationToken },
  };
  for (const [name, env] of Object.entries(modes)) {
    facades.set(name, await startFacade({ sharedEmulator: emulator, env: { GEAI_BASE_URL: platform.url, ...env } }));
  }
});

afterAll(async () => {
  for (const facade of facades.values()) await facade.close();
  await platform.close();
  await emulator.close();
  await issuer.close();
});

beforeEach(() => platform.reset());

const DOCUMENT = '{ organization { name projects { totalCount } } }';
const ask = (mode: string, request: Request) => facades.get(mode)!.query(DOCUMENT, request);

/** Ways in which a token of the company comes, and what becomes of the request: an error, or an answer by other tokens. */
const WAYS: [title: string, mode: string, request: () => Request, code: string | null][] = [
  ['alone', 'authorization', () => ({ token: company }), 'UNAUTHENTICATED'],
  ['beside tokens of the platform', 'authorization', () => ({ token: company, tokens: [organizationToken] }), null],
  ['in the list of tokens', 'authorization', () => ({ tokens: [company] }), 'UNAUTHENTICATED'],
  ['later in the list', 'authorization', () => ({ tokens: [organizationToken, company] }), 'UNAUTHENTICATED'],
  [
    'in the list, beside a token',
    'authorization',
    () => ({ token: organizationToken, tokens: [company] }),
    'UNAUTHENTICATED',
  ],
  ['alone, not looked at', 'geai-tokens', () => ({ token: company }), 'UNAUTHENTICATED'],
  ['beside tokens, not looked at', 'geai-tokens', () => ({ token: company, tokens: [organizationToken] }), null],
  [
    'with a project, not looked at',
    'geai-tokens',
    () => ({ token: company, headers: { projectid: emulator.seeded.organizations[0]?.projects[0]?.id ?? '' } }),
    'UNAUTHENTICATED',
  ],
  ['as the first of the list', 'geai-tokens', () => ({ tokens: [company] }), 'UNAUTHENTICATED'],
  ['in every header', 'open', () => ({ token: company, tokens: [company] }), null],
];

test.each(WAYS)(
  'a token of the company that comes %s (%s) never reaches the platform',
  async (_title, mode, request, code) => {
    const answer = await ask(mode, request());

    expect(codes(answer)).toEqual(code === null ? [] : [code]);
    for (const part of company.split('.')) {
      expect(platform.arrived()).not.toContain(part);
      expect(answer.text + facades.get(mode)?.log()).not.toContain(part);
    }
    if (code !== null) expect(platform.calls()).toEqual([]);
  },
);

test('an opaque token of another service is not looked at where platform tokens have a header of their own', async () => {
  await ask('geai-tokens', { token: 'opaque-token-of-the-company', tokens: [organizationToken] });

  expect(platform.arrived()).toContain(organizationToken);
  expect(platform.arrived()).not.toContain('opaque-token-of-the-company');
});

test("a user's token of the platform comes with a project, in either header", async () => {
  const [user] = emulator.seeded.oauth;
  const headers = { projectid: user?.projectId ?? '' };
  const document = 'query ($id: ID!) { project(id: $id) { name } }';
  const variables = { id: user?.projectId };

  for (const [mode, request] of [
    ['authorization', { token: user?.token }],
    ['geai-tokens', { tokens: [user?.token ?? ''], token: company }],
  ] as const) {
    const { data } = await facades.get(mode)!.query(document, { ...request, headers, variables });
    expect(data.project.name).toBe(emulator.seeded.organizations[0]?.projects[0]?.name);
  }
});

test('a web token is told by its form, and no token of the platform is one', () => {
  const header = (text: string) => Buffer.from(text).toString('base64url');

  expect(isJsonWebToken(company)).toBe(true);
  for (const text of ['{"alg":"none"}', ' {"alg":"RS256"}', '\r\n{ "alg": "RS256" }']) {
    expect(isJsonWebToken(`${header(text)}.e30.`)).toBe(true);
    expect(isJsonWebToken(`${header(text)}.a.b.c.d`)).toBe(true);
  }
  const projects = emulator.seeded.organizations.flatMap((organization) => organization.projects);
  const tokens = [organizationToken, ...projects.flatMap((project) => project.tokens.map(({ id }) => id))];
  for (const token of [...tokens, 'a.b.c', '', '..', 'eyJ.eyJ', '1.2.3.4']) expect(isJsonWebToken(token)).toBe(false);
});
