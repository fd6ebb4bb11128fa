import { createHash } from 'node:crypto';
import fc from 'fast-check';
import type { ArgumentPools } from './argumentValues.ts';
import { partsOfAssistant } from './identity.ts';
import type { Model } from './model.ts';

const UNKNOWN_UUID = '00000000-0000-4000-8000-000000000000';
const MALFORMED = ['', 'x', '42', `${UNKNOWN_UUID}0`, 'AQ'];

/** Where each list ends for each item: cursors that the facade gave, by the list's field name. */
export type Cursors = Readonly<Record<string, readonly string[]>>;

/** Values for arguments: ids that exist in one organization or the other, that exist nowhere, and that are none. */
export function poolsOf(
  { organizations }: Model,
  cursors: Cursors = {},
  others: readonly string[] = [],
): ArgumentPools {
  const projects = organizations.flatMap((organization) => organization.projects);
  const projectIds = projects.map(({ id }) => id);
  const organizationIds = organizations.map(({ id }) => id);
  const apiTokenIds = projects.flatMap((project) => project.apiTokens.map(({ id }) => id));
  const assistantIds = projects.flatMap((project) => project.assistants?.map(({ id }) => id) ?? []);
  const assistantNames = projects.flatMap((project) => project.assistants?.map(({ name }) => name) ?? []);
  const strangers = {
    Organization: mostly(organizationIds, [UNKNOWN_UUID, projectIds[0] ?? '', ...MALFORMED]),
    Project: mostly([...projectIds, projectIds[0]?.toUpperCase() ?? ''], [UNKNOWN_UUID, ...MALFORMED]),
    ApiToken: mostly(apiTokenIds, [...strangersOf(apiTokenIds), assistantIds[0] ?? '', ...MALFORMED]),
    Assistant: mostly(assistantIds, [...strangersOf(assistantIds), apiTokenIds[0] ?? '', ...MALFORMED]),
  };
  const tokens = projects.flatMap(({ apiTokens }) => apiTokens);
  const fragments = [...projects.map(({ name }) => name), ...assistantNames, ...tokens.map(({ name }) => name)].map(
    (name) => name.slice(1, 4),
  );
  const hints = mostly([...tokens.map(({ hint }) => hint.slice(-4)), 'default_'], ['', 'no such hint']);
  return {
    'organization.id': strangers.Organization,
    'project.id': strangers.Project,
    'apiToken.id': strangers.ApiToken,
    'assistant.id': strangers.Assistant,
    ID: fc.oneof(...Object.values(strangers)),
    'ProjectApiTokenFilter.createdAfter': instants,
    'ProjectApiTokenFilter.createdBefore': instants,
    'ProjectApiTokenFilter.hint': hints,
    'OrganizationApiTokenFilter.createdAfter': instants,
    'OrganizationApiTokenFilter.createdBefore': instants,
    'OrganizationApiTokenFilter.hint': hints,
    'OrganizationApiTokenFilter.projectIds': fc.array(strangers.Project, { maxLength: 3 }),
    'identifyApiToken.organizationId': strangers.Organization,
    'identifyApiToken.projectIds': fc.array(strangers.Project, { maxLength: 3 }),
    sha256: mostly(
      tokens.map(({ secret }) => sha256Of(secret)),
      [sha256Of('nobody'), 'x', ''],
    ),
    'usage.window': windows,
    'ProjectRequestFilter.from': instants,
    'ProjectRequestFilter.to': instants,
    'ProjectRequestFilter.assistant': mostly(assistantNames, ['no such assistant', 'N/D', '']),
    'tokenFindings.first': mostly([1, 2, 3, 20], [0, 21, 100, 101]),
    olderThanDays: mostly([1, 90, 365, 3_650], [0, -1, 3_651]),
    unusedDays: mostly([1, 30, 365], [0, -1, 366]),
    first: mostly([1, 2, 3, 5, 100], [0, -1, 101]),
    ...afterPools(cursors, others),
    nameContains: mostly([...fragments, ...fragments.map((text) => text.toUpperCase()), ''], ['no such name']),
    _Any: fc.oneof(...Object.entries(strangers).map(([typeName, id]) => reference(typeName, id)), oddReference),
    representations: representations(strangers),
  };
}

/** Often the same few, so that batches, repetitions and lists with more than one of a project come about. */
function representations(strangers: Record<string, fc.Arbitrary<string>>): fc.Arbitrary<object[]> {
  const known = Object.entries(strangers).map(([typeName, id]) => ({ weight: 4, arbitrary: reference(typeName, id) }));
  const byPlatform = { weight: 2, arbitrary: platformReference(strangers.Assistant ?? fc.constant('')) };
  const any = fc.oneof(...known, byPlatform, { weight: 1, arbitrary: oddReference });
  return fc
    .tuple(fc.array(any, { maxLength: 6 }), fc.nat({ max: 3 }))
    .map(([references, repeated]) => [...references, ...references.slice(0, repeated)]);
}

const reference = (typeName: string, id: fc.Arbitrary<string>) =>
  fc.record({ __typename: fc.constant(typeName), id }, { noNullPrototype: true });

/** By the second key: the platform's ids, of the wrong form when the id is. */
const platformReference = (id: fc.Arbitrary<string>) =>
  id.map((text) => {
    const [projectId, platformId] = partsOfAssistant(text) ?? [text, text];
    return { __typename: 'Assistant', project: { id: projectId }, platformId };
  });

const oddReference: fc.Arbitrary<object> = fc.constantFrom(
  { __typename: 'Project' },
  { __typename: 'Organization', id: 42 },
  { __typename: 'Assistant', id: null },
  { __typename: 'Assistant', project: null, platformId: '00000000-0000-4000-8000-000000000000' },
  { __typename: 'Assistant', project: { id: '00000000-0000-4000-8000-000000000000' } },
  { __typename: 'Nothing', id: 'x' },
  { __typename: 'PageInfo', id: 'x' },
  { id: 'x' },
);

/** Cursors of a list in its default order, and of all lists in all orders. */
function afterPools(cursors: Cursors, others: readonly string[]): ArgumentPools {
  const all = [...Object.values(cursors).flat(), ...others];
  const lists = Object.entries(cursors).map(([list, own]) => [`${list}.after`, mostly(own, [...MALFORMED, ...all])]);
  return { ...Object.fromEntries(lists), after: mostly(all, MALFORMED) };
}

/** Ids of the right form for things that do not exist. */
function strangersOf(known: readonly string[]): string[] {
  return known.slice(0, 3).map((id) => `${id.slice(0, -4)}AAA${id.endsWith('A') ? 'Q' : 'A'}`);
}

function mostly<T>(usual: readonly T[], odd: readonly T[]): fc.Arbitrary<T> {
  if (usual.length === 0) return fc.constantFrom(...odd);
  return fc.oneof(
    { weight: 5, arbitrary: fc.constantFrom(...usual) },
    { weight: 1, arbitrary: fc.constantFrom(...odd) },
  );
}

/** Around what the emulator holds, which ends on 2026-01-12, and some that are no instants with a zone. */
const instants = mostly(
  ['2026-01-10T00:00:00Z', '2026-01-12T09:15:43Z', '2025-12-20T12:00:00+02:00', '2025-01-01T00:00:00Z'],
  ['2026-01-12', 'yesterday', '2026-13-01T00:00:00Z', ''],
);

/** With both ends, so that answers do not depend on the clock: before, around and after the data, and inverted. */
const windows = fc.record({ from: instants, to: instants }, { noNullPrototype: true });

const sha256Of = (text: string) => createHash('sha256').update(text).digest('hex');
