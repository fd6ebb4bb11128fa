import { type Accepts, ownProject, projectInReach } from '../access.ts';
import { LAB_FIGURES } from '../analytics/labFigures.ts';
import { REQUEST_FIGURES } from '../analytics/requestFigures.ts';
import { usageIn } from '../analytics/usage.ts';
import { windowOf } from '../analytics/window.ts';
import type { Call, Route } from '../call.ts';
import { PlatformFailure } from '../failures.ts';
import type { Project } from '../project.ts';

const READERS: Accepts = {
  organization: ({ analyticsOrganizationTokens }) => analyticsOrganizationTokens,
  project: true,
  oauth: true,
};

/** Platform-api.md section 2.10: one route for each figure. */
export const ANALYTICS_ROUTES: readonly Route[] = [
  ...Object.entries(LAB_FIGURES).map(([name, figure]) =>
    route(`lab/${name}`, (call) => figure(projectsAsked(call), windowOf(call))),
  ),
  ...Object.entries(REQUEST_FIGURES).map(([name, figure]) =>
    route(`requests/${name}`, (call) => {
      const window = windowOf(call);
      return figure(usageIn(projectsAsked(call), window, call.query('agentName')), window, call.settings);
    }),
  ),
];

function route(end: string, answer: Route['answer']): Route {
  return { method: 'GET', path: `/v1/analytics/${end}`, accepts: READERS, answer };
}

/** The project that is named, else what the token is for, unless an option says otherwise (section 2.10). */
function projectsAsked(call: Call): Project[] {
  const { grant, settings } = call;
  const organizationId = call.header('organizationid') ?? call.targetOrganizationId;
  if (organizationId && organizationId.toLowerCase() !== grant.organization.id) throw new PlatformFailure(7);
  const projectId = call.header('projectid') ?? call.targetProjectId;
  if (projectId) return [projectInReach(grant, projectId)];
  if (grant.kind === 'organization' && settings.analyticsScope === 'project') throw new PlatformFailure(9, 'ProjectId');
  const isWhole = grant.kind === 'organization' || settings.analyticsScope === 'organization';
  return isWhole ? [...grant.organization.projects()] : [ownProject(grant)];
}
