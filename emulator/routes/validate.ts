import type { Call, Route } from '../call.ts';
import { PlatformFailure } from '../failures.ts';
import { NIL_UUID } from '../uuids.ts';

/** Platform-api.md section 2.5: the only endpoint that tells what a token is. */
export const VALIDATE_ROUTES: readonly Route[] = [
  {
    method: 'GET',
    path: '/v1/accessControl/apitoken/validate',
    // What it answers to users is an option of its own (section 8, question 8).
    accepts: { organization: true, project: true, oauth: true },
    answer: validate,
  },
];

function validate(call: Call): object {
  const { grant, settings } = call;
  if (grant.kind === 'oauth' && settings.validateUsers !== 'accepted')
    throw new PlatformFailure(6, '', 'validateUsers');
  return { ...organizationPart(call), ...projectPart(call) };
}

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
