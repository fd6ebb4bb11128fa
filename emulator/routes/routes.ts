import type { Route } from '../call.ts';
import { ANALYTICS_ROUTES } from './analytics.ts';
import { ASSISTANT_ROUTES } from './assistants.ts';
import { LLM_ROUTES } from './llm.ts';
import { MEMBER_ROUTES } from './members.ts';
import { MEMBERSHIP_ROUTES } from './memberships.ts';
import { ORGANIZATION_ROUTES } from './organizations.ts';
import { PLUGIN_ROUTES } from './plugins.ts';
import { PROJECT_ROUTES } from './projects.ts';
import { TOKEN_ROUTES } from './tokens.ts';
import { USAGE_LIMIT_ROUTES } from './usageLimits.ts';
import { VALIDATE_ROUTES } from './validate.ts';

/** Every endpoint that the emulator answers, in the order of platform-api.md section 2. */
export const ROUTES: readonly Route[] = [
  ...ORGANIZATION_ROUTES,
  ...PROJECT_ROUTES,
  ...TOKEN_ROUTES,
  ...ASSISTANT_ROUTES,
  ...PLUGIN_ROUTES,
  ...VALIDATE_ROUTES,
  ...USAGE_LIMIT_ROUTES,
  ...ANALYTICS_ROUTES,
  ...LLM_ROUTES,
  ...MEMBERSHIP_ROUTES,
  ...MEMBER_ROUTES,
];
