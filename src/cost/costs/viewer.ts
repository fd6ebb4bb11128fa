import type { Demands, ProjectSet } from '../estimator.ts';
import { type Cost, NOWHERE } from '../parentScope.ts';
import { identified } from '../parentScopes.ts';
import { linked } from './pages.ts';

export const VIEWER_COSTS: Readonly<Record<string, Cost>> = {
  'Query.viewer': (_field, _place, { demands }) => identified(demands),
  'Viewer.credentials': (_field, _place, { demands }) => ({ ...NOWHERE, count: demands.caller.tokens }),
  'Viewer.organizations': (_field, _place, { demands }) => ({ ...NOWHERE, count: demands.caller.tokens }),
  'Viewer.projects': (field, _place, { demands }) => linked(field, presented(demands), demands),
  'ViewerCredential.project': (field, _place, { demands }) => linked(field, presented(demands), demands),
};

/** The projects that the presented tokens are limited to. */
function presented({ caller }: Demands): ProjectSet {
  return { ids: null, key: 'presented', size: caller.tokens, isListed: false };
}
