import type { Emulator } from '../../emulator/emulator.ts';
import { apiTokenId, assistantId, hintOf } from './identity.ts';

/** What the platform holds, as the graph should show it. Read once from the emulator itself, not through the facade. */
export interface Model {
  readonly organizations: readonly OrganizationEntry[];
  readonly users: readonly { readonly token: string; readonly organization: OrganizationEntry }[];
}

export interface OrganizationEntry {
  readonly __typename: 'Organization';
  readonly id: string;
  readonly name: string;
  readonly token: string;
  readonly projects: ProjectEntry[];
}

export interface ProjectEntry {
  readonly __typename: 'Project';
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  readonly status: 'ACTIVE' | 'HIDDEN';
  readonly isActive: boolean;
  readonly organization: OrganizationEntry;
  readonly apiTokens: readonly ApiTokenEntry[];
  /** Null where nobody can look inside: no token of the project is active. */
  readonly assistants: readonly AssistantEntry[] | null;
  /** The one in force. */
  readonly usageLimit: object | null;
}

export interface ApiTokenEntry {
  readonly __typename: 'ApiToken';
  readonly secret: string;
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  readonly status: string;
  readonly scope: 'PROJECT';
  readonly hint: string;
  readonly createdAt: string;
  readonly isManageable: true;
  readonly project: ProjectEntry;
}

export interface AssistantEntry {
  readonly __typename: 'Assistant';
  readonly id: string;
  readonly platformId: string;
  readonly name: string;
  readonly description: string | null;
  readonly kind: string;
  readonly status: 'ENABLED' | 'DISABLED';
  readonly revisions: readonly object[];
  readonly unreadableRevisionCount: number;
  readonly project: ProjectEntry;
}

/** A JSON answer of the emulator. */
// biome-ignore lint/suspicious/noExplicitAny: the emulator is ours; a wrong member fails the comparison.
type Wire = any;

/** Reads everything that the emulator holds, each part with a token that opens it. */
export async function readModel({ url, seeded }: Emulator): Promise<Model> {
  const get = async (path: string, token: string): Promise<Wire> => {
    const response = await fetch(url + path, { headers: { authorization: `Bearer ${token}` } });
    if (!response.ok) throw new Error(`the emulator answered ${response.status} to ${path}`);
    return response.json();
  };
  const organizations = await Promise.all(
    seeded.organizations.map(async ({ id, name, token }) => {
      const organization: OrganizationEntry = { __typename: 'Organization', id, name, token, projects: [] };
      const { projects } = await get('/v1/organization/projects?detail=full', token);
      for (const row of projects) organization.projects.push(await readProject(row, organization, get));
      return organization;
    }),
  );
  const users = seeded.oauth.map(({ token, organizationId }) => {
    const organization = organizations.find(({ id }) => id === organizationId);
    if (!organization) throw new Error('a user of no organization');
    return { token, organization };
  });
  return { organizations, users };
}

async function readProject(
  row: Wire,
  organization: OrganizationEntry,
  get: (path: string, token: string) => Promise<Wire>,
): Promise<ProjectEntry> {
  const { tokens } = await get(`/v1/organization/project/${row.projectId}/tokens`, organization.token);
  const opener = tokens.find(({ status }: Wire) => status === 'Active')?.id;
  const listed = opener && (await get('/v1/organization/assistants', opener)).assistants;
  const assistants: Wire[] | undefined =
    listed &&
    (await Promise.all(listed.map(({ assistantId }: Wire) => get(`/v1/assistant/${assistantId}?detail=full`, opener))));
  const limits = `/v2/usageLimits/organizations/${organization.id}/projects/${row.projectId}/limits`;
  const { usageLimits } = await get(limits, organization.token);
  const project = {
    __typename: 'Project',
    id: row.projectId,
    name: row.projectName,
    description: row.projectDescription || null,
    status: row.projectStatus === 2 ? 'HIDDEN' : 'ACTIVE',
    isActive: row.projectActive,
    organization,
  } as const;
  const entry: ProjectEntry = {
    ...project,
    apiTokens: tokens.map((token: Wire) => apiToken(token, () => entry)),
    assistants: assistants?.map((assistant) => assistantOf(assistant, () => entry)) ?? null,
    usageLimit: usageLimits.filter(({ status }: Wire) => status === 1 || status === 3).map(limitOf)[0] ?? null,
  };
  return entry;
}

function limitOf(from: Wire): object {
  return {
    status: from.status === 3 ? 'REACHED' : 'ACTIVE',
    period: from.subscriptionType.toUpperCase(),
    unit: from.usageUnit.toUpperCase(),
    softLimit: plain(from.softLimit),
    hardLimit: plain(from.hardLimit),
    used: plain(from.usedAmount),
    remaining: plain(from.remainingUsage),
    isRenewable: from.renewalStatus === 'Renewable',
    validFrom: new Date(`${from.validFrom}Z`).toISOString(),
    validUntil: from.validUntil ? new Date(`${from.validUntil}Z`).toISOString() : null,
  };
}

/** A number without an exponent. */
function plain(amount: number): string {
  const text = String(amount);
  return text.includes('e') ? amount.toFixed(15).replace(/0+$/, '') : text;
}

function apiToken(
  { id: secret, name, description, status, timestamp }: Wire,
  project: () => ProjectEntry,
): ApiTokenEntry {
  return {
    __typename: 'ApiToken',
    secret,
    get id() {
      return apiTokenId(project().id, secret);
    },
    name,
    description: description ?? null,
    status: status.toUpperCase(),
    scope: 'PROJECT',
    hint: hintOf(secret),
    createdAt: `${timestamp}Z`,
    isManageable: true,
    get project() {
      return project();
    },
  };
}

function assistantOf(from: Wire, project: () => ProjectEntry): AssistantEntry {
  const [intent] = from.intents;
  const revisions = intent.revisions.map((revision: Wire) => ({
    number: revision.revisionId,
    name: revision.revisionName,
    description: revision.revisionDescription ?? null,
    isDefault: revision.revisionId === intent.assistantIntentDefaultRevision,
    providerName: revision.providerName,
    modelName: revision.modelName,
    messages: JSON.parse(revision.prompt),
    createdAt: new Date(`${revision.timestamp}Z`).toISOString(),
  }));
  return {
    __typename: 'Assistant',
    get id() {
      return assistantId(project().id, from.assistantId);
    },
    platformId: from.assistantId,
    name: from.assistantName,
    description: from.assistantDescription ?? null,
    kind: from.assistantType,
    status: from.assistantStatus === 2 ? 'DISABLED' : 'ENABLED',
    revisions: revisions.reverse(),
    unreadableRevisionCount: 0,
    get project() {
      return project();
    },
  };
}
