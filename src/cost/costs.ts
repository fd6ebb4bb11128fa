import { API_TOKEN_COSTS } from './costs/apiToken.ts';
import { ASSISTANT_COSTS } from './costs/assistant.ts';
import { CREATE_PROJECT_COSTS } from './costs/createProject.ts';
import { INCIDENT_COSTS } from './costs/incident.ts';
import { ORGANIZATION_COSTS } from './costs/organization.ts';
import { PROJECT_COSTS } from './costs/project.ts';
import { VIEWER_COSTS } from './costs/viewer.ts';
import { entities } from './entities.ts';
import type { Cost } from './parentScope.ts';

/**
 * What every field may cost in upstream calls. **A new field is added here**, to the table of its entity or to the lists of
 * free fields (`freeFields.ts`); a test fails otherwise. A cost must never be below what the loaders then do: retries of failed
 * reads are the only calls that are not counted.
 */
export const COSTS: Readonly<Record<string, Cost>> = {
  'Query._entities': (field, _place, circumstances) => entities(field, circumstances),
  ...VIEWER_COSTS,
  ...ORGANIZATION_COSTS,
  ...PROJECT_COSTS,
  ...API_TOKEN_COSTS,
  ...ASSISTANT_COSTS,
  ...CREATE_PROJECT_COSTS,
  ...INCIDENT_COSTS,
};
