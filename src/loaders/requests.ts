import type { CostEstimator, ProjectSet } from '../cost/estimator.ts';
import type { TokenIntrospection } from '../credentials/tokenIntrospection.ts';
import { absentAsNull } from '../platform/client/errors.ts';
import type { PlatformSession } from '../platform/client/session.ts';
import { exportRequests, exportRequestsWithContent } from '../platform/resources/requests.ts';
import { PASS_MAX_PAGES, readUsage, type UsagePass } from '../usage/exportPass.ts';
import {
  type ExportPlace,
  type RequestFilter,
  type RequestPage,
  readPage,
  SEARCH_MAX_PAGES,
} from '../usage/requestPage.ts';
import type { TimeWindow } from '../usage/window.ts';
import type { Secret } from '../values/secret.ts';
import { PerCredential } from './perCredential.ts';
import type { ProjectCredentials } from './projectCredentials.ts';

/** Cost of figures of a project in a window. `window` names the window in the plan. */
export function usageCost(projects: ProjectSet, window: string, path: string, estimator: CostEstimator): void {
  estimator.perProject('PROJECT', `usage ${window}`, projects, path, PASS_MAX_PAGES);
}

/** Cost of a page of the requests of a project. */
export function requestsCost(projects: ProjectSet, args: unknown, path: string, estimator: CostEstimator): void {
  estimator.perProject('PROJECT', `requests ${estimator.keyOf(args)}`, projects, path, SEARCH_MAX_PAGES);
}

export interface RequestLoaders {
  /** Requests of a project from a place in its export on; null when there is no such project. Read once. */
  page(projectId: string, from: PageStart): Promise<RequestPage | null>;
  /** Figures of a project in a window: one pass over its export, whoever asks; null when there is no such project. */
  usage(projectId: string, window: TimeWindow): Promise<UsagePass | null>;
  /** Hash under which a token's name or value is found in `UsagePass.byToken`. */
  hashLabel(label: Secret): string;
  /** Beginning of this request, so that windows which end now are the same one. Milliseconds since 1970. */
  readonly now: number;
}

interface PageStart extends ExportPlace {
  readonly first: number;
  readonly filter: RequestFilter;
  readonly withContent: boolean;
}

export function requestLoaders(
  projectCredentials: ProjectCredentials,
  session: PlatformSession,
  introspection: TokenIntrospection,
): RequestLoaders {
  const passes = new PerCredential<Promise<UsagePass | null>>();
  const pages = new PerCredential<Promise<RequestPage | null>>();
  const hashLabel = (label: Secret) => introspection.fingerprint({ secret: label, oauthProjectId: null });
  return {
    hashLabel,
    now: Date.now(),
    page: async (projectId, start) => {
      const { first, filter, withContent } = start;
      const credential = await projectCredentials.load(projectId);
      if (!credential) return null;
      const client = session.as(credential);
      const { assistantName } = filter;
      const exporting = withContent ? exportRequestsWithContent : exportRequests;
      // Many tokens may lead to the same project, and each to the same page of it.
      return pages.getOrMake(credential, nameOf(projectId, start), () =>
        absentAsNull(readPage((part) => client.call(exporting, { ...part, assistantName }), start, first, filter)),
      );
    },
    usage: async (projectId, window) => {
      const credential = await projectCredentials.load(projectId);
      if (!credential) return null;
      const client = session.as(credential);
      return passes.getOrMake(credential, `${projectId} ${window.from} ${window.to}`, () =>
        absentAsNull(readUsage((part) => client.call(exportRequests, part), window, hashLabel)),
      );
    },
  };
}

/** The same for the same page. */
function nameOf(projectId: string, { skip, beginning, first, withContent, filter }: PageStart): string {
  const { statuses, assistantName, window } = filter;
  const bounds = window && [window.from, window.to];
  const chosen = [statuses && [...statuses].sort(), assistantName, bounds];
  return JSON.stringify([projectId, skip, beginning, first, withContent, ...chosen]);
}
