import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { CredentialKind } from '../../src/platform/client/credential.ts';
import type { Endpoint } from '../../src/platform/client/endpoint.ts';
import { ENDPOINTS } from './endpoints.ts';

/** What the reference says of a kind of credential. */
type Stated = 'yes' | 'no' | 'open';

const KINDS = ['organization', 'project', 'oauth'] as const;

interface Row {
  readonly routes: readonly RegExp[];
  readonly states: Readonly<Record<(typeof KINDS)[number], Stated>>;
}

/** Rows of the table in section 1.4 of the reference. */
function rowsOf(reference: string): Row[] {
  const section = reference.slice(reference.indexOf('### 1.4 '), reference.indexOf('### 1.5 '));
  return [...section.matchAll(/^\| (`.*?) \| (.*?) \| (.*?) \| (.*?) \| (.*) \|$/gm)].map((row) => {
    const [endpoints, organization, project, oauth] = row.slice(1) as [string, string, string, string];
    const states = { organization: stated(organization), project: stated(project), oauth: stated(oauth) };
    return { routes: patternsOf(endpoints), states };
  });
}

/** A cell that is neither a plain yes nor a plain no leaves the choice open. */
function stated(cell: string): Stated {
  if (/^yes\b(?!.*no \()/.test(cell)) return 'yes';
  return cell === 'no' ? 'no' : 'open';
}

/** Patterns of the routes in a cell, such as `PUT`, `DELETE /v1/x/{id}`, or `/v2/y/...` for all below. */
function patternsOf(cell: string): RegExp[] {
  const texts = [...cell.matchAll(/`([^`]+)`/g)].map(([, text]) => text!);
  const paths = texts.map((text) => text.replace(/^[A-Z/]+ (?=\/)/, '')).filter((text) => text.startsWith('/'));
  const methods = texts.flatMap((text) => /^[A-Z/]+(?= |$)/.exec(text)?.[0].split('/').filter(Boolean) ?? []);
  const version = paths[0]!.split('/').slice(0, 3).join('/');
  return paths.flatMap((path) => {
    const whole = /^\/v\d/.test(path) || path.startsWith('/chat') ? path : `${version}${path}`;
    return optional(whole).map((one) => new RegExp(`^(${methods.join('|') || '[A-Z]+'}) ${patternOf(one)}`));
  });
}

/** With and without what stands in brackets. */
const optional = (path: string) => {
  const [, before, inner] = /^(.*)\[(.*)\]$/.exec(path) ?? [];
  return before === undefined ? [path] : [before, `${before}/{${inner!.slice(1)}}`];
};

const patternOf = (path: string) =>
  path.endsWith('...') ? path.slice(0, -3).replace(/\/$/, '') : `${path.replace(/\{.*?\}/g, '\\{[^/]+\\}')}$`;

const ROWS = rowsOf(readFileSync('docs/platform-api.md', 'utf8'));

/** Endpoints that the table leaves out, and the row that stands for them: the removal takes what the invitation takes. */
const BESIDE: Readonly<Record<string, string>> = {
  'DELETE /v2/accessControl/projects/{projectId}/members/{userId}': 'POST /v2/accessControl/projects/members',
};

/** Kinds of credential that the table leaves open. Users' tokens are taken everywhere: "read the `?` as yes". */
const OPEN: Readonly<Record<string, readonly CredentialKind[]>> = {
  '/v1/analytics': ['oauth', 'organization'],
  // A deviation: a source calls it with a token of an organization, which is tried last.
  '/v2/admin/organizations': ['oauth', 'organization'],
};

/** API tokens are not told apart before they are validated. */
const kindsOf = ({ accepts }: Endpoint): readonly CredentialKind[] =>
  accepts.includes('unidentified') ? ['organization', 'project', ...accepts] : accepts;

/** Figures of a whole organization: a token of a project would tell of that project. */
const isOfWholeOrganization = ({ name }: Endpoint) => /^GET \/v1\/analytics\/.* \(2\)$/.test(name);

const rowsFor = ({ route }: Endpoint) => {
  const looked = BESIDE[route] ?? route;
  return ROWS.filter(({ routes }) => routes.some((pattern) => pattern.test(looked)));
};

test('every endpoint is in one row of the table', () => {
  expect(ENDPOINTS.length).toBeGreaterThan(50);
  expect(ENDPOINTS.filter((endpoint) => rowsFor(endpoint).length !== 1).map(({ route }) => route)).toEqual([]);
});

test.each(ENDPOINTS.map((endpoint) => [endpoint.name, endpoint] as const))(
  '%s takes what the table states',
  (_name, endpoint) => {
    const states = rowsFor(endpoint)[0]!.states;
    const open = Object.entries(OPEN).find(([path]) => endpoint.route.includes(path))?.[1] ?? ['oauth'];
    const expected = KINDS.filter((kind) => states[kind] === 'yes' || (states[kind] === 'open' && open.includes(kind)));
    const taken = kindsOf(endpoint);

    if (isOfWholeOrganization(endpoint)) expect(taken).toEqual(['organization']);
    else expect(KINDS.filter((kind) => taken.includes(kind))).toEqual(expected);
  },
);
