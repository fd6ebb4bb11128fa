import type { Call, Route } from '../call.ts';
import { NIL_UUID } from '../uuids.ts';

/** Platform-api.md section 2.5: the only endpoint that tells what a token is. */
export const VALIDATE_ROUTES: readonly Route[] = [
  {
    method: 'GET',
    path: '/v1/accessControl/apitoken/validate',
    // OAuth is "?" in section 1.4, yet an OAuth caller has no other way to learn the organization id.
    accepts: { organization: true, project: true, oauth: 'yes' },
    answer: (call) => ({ ...organizationPart(call), ...projectPart(call) }),
  },
];

function organizationPart({ grant: { organization }, settings }: Call): object {
  const ids = { organizationId: organization.id };
  return settings.validateNames ? { ...ids, organizationName: organization.name } : ids;
}

function projectPart({ grant: { project }, settings }: Call): object {
  const { organizationTokenProject, validateNames } = settings;
  if (!project && organizationTokenProject === 'absent') return {};
  const projectId = project?.id ?? (organizationTokenProject === 'nil' ? NIL_UUID : '');
  return validateNames ? { projectId, projectName: project?.name ?? '' } : { projectId };
}
