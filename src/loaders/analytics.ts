import { pageSize } from '../cost/arguments.ts';
import type { ProjectSet } from '../cost/estimator.ts';
import { type Cost, inside } from '../cost/parentScope.ts';
import { CredentialError } from '../credentials/errors.ts';
import type { Credential } from '../platform/client/credential.ts';
import type { Days, Figure } from '../platform/resources/analytics.ts';
import { toResult } from '../values/result.ts';
import type { ProjectReference } from './apiTokens.ts';
import type { Loaders } from './index.ts';

/** Subject of figures, with the window of days. */
export interface AnalyticsSubject {
  /** Null for a whole organization. */
  readonly project: ProjectReference | null;
  readonly organizationId: string | null;
  readonly days: Days;
}

/** Cost of a figure: a call for each project, or for each organization, and window. */
export const costOf =
  ({ ofProject, ofOrganization }: Figure<unknown>): Cost =>
  (field, { count, projects, window = '' }, { estimator }) => {
    if (projects) {
      estimator.projectCredentials(projects, field.path);
      estimator.perProject('ORGANIZATION', `${ofProject.name} ${window}`, projects, field.path);
    } else estimator.perOrganization(`${ofOrganization.name} ${window}`, count, field.path);
    return inside(shown(field.key, (projects?.size ?? count) * pageSize(field)));
  };

/** Projects that a page of a figure may show. */
function shown(key: string, size: number): ProjectSet {
  return { ids: null, key, size, isListed: false };
}

/** Reads a figure, once for equal days. Null when there is no such project. Throws `CredentialError` and `PlatformError`. */
export async function readFigure<Value>(
  { ofProject, ofOrganization }: Figure<Value>,
  { project, organizationId, days }: AnalyticsSubject,
  loaders: Loaders,
): Promise<Value | null> {
  if (project) {
    const credential = await readerOf(project, loaders);
    return credential && loaders.read(credential, ofProject, { ...days, projectId: project.id });
  }
  const whole = { organizationId: organizationId ?? '', covers: 'everything' } as const;
  return loaders.read(await loaders.credentials.for(ofOrganization, whole), ofOrganization, days);
}

/** A token of the project; else one of its organization is tried. */
async function readerOf(
  project: ProjectReference,
  loaders: Loaders,
): Promise<Credential<'project' | 'oauth' | 'organization'> | null> {
  const own = await toResult(() => loaders.projectCredentials.load(project.id));
  if (!(own instanceof Error)) return own;
  if (!(own instanceof CredentialError)) throw own;
  const manager = await toResult(() => loaders.apiTokens.manager(project));
  if (manager instanceof CredentialError) throw own;
  if (manager instanceof Error) throw manager;
  return manager;
}
