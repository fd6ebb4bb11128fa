import { choice, optionalNumber, toggle } from './optionKinds.ts';
import { refusal } from './refusals.ts';
import { TOKEN_MASK_NAMES } from './tokenIds.ts';

/** Answers that platform-api.md leaves open: section 6 where there is a topic, else the questions of section 8. */
export const ANSWERS = {
  unknownToken: refusal('401:6', {
    flag: 'unknown-token',
    does: 'answer to an unknown, blocked or revoked token',
    topic: 'unknown, blocked or revoked token',
  }),
  wrongScope: refusal('403:7', {
    flag: 'wrong-scope',
    does: 'answer to a token of another scope',
    topic: 'right token, wrong scope',
  }),
  strict400: toggle(false, {
    flag: 'strict-400',
    does: 'every business error is HTTP 400',
    topic: 'business errors',
  }),
  hideRevokedTokens: toggle(false, {
    flag: 'hide-revoked-tokens',
    does: 'token lists leave revoked tokens out',
    topic: 'token list after revoke',
  }),
  organizationTokenProject: choice(['absent', 'empty', 'nil'], {
    flag: 'organization-token-project',
    does: 'project that validate shows for an organization token',
    topic: 'validate with organization token',
  }),
  validateNames: toggle(true, {
    flag: 'no-validate-names',
    does: 'validate tells ids alone',
    topic: 'validate with organization token',
  }),
  projectDescription: choice(['erased', 'kept', 'nullErases'], {
    flag: 'project-description',
    does: 'description of a project that an update sends as null or not at all; nullErases keeps what is not sent',
  }),
  projectNameFilter: choice(['exact', 'anyCase'], {
    flag: 'project-name-filter',
    does: 'how the filter of projects compares names: as they are, or in any case',
  }),
  deletedProject: choice(['object', 'empty'], {
    flag: 'deleted-project',
    does: 'answer to the deletion of a project: {}, or no body',
  }),
  limitListKey: choice(['usageLimits', 'limits'], {
    flag: 'limit-list-key',
    does: 'member that holds a list of usage limits',
    topic: 'usage-limit list key',
  }),
  membershipShape: choice(['current', 'older'], {
    flag: 'membership-shape',
    does: 'members of memberships: organizations and projects, or organizationsMemberships and projectsMemberships',
    topic: 'memberships shape',
  }),
  analyticsOrganizationTokens: toggle(true, {
    flag: 'no-analytics-organization-tokens',
    does: 'analytics do not take organization tokens',
  }),
  analyticsScope: choice(['token', 'organization', 'project'], {
    flag: 'analytics-scope',
    does: 'analytics without ProjectId: what the token is for, the whole organization, or never more than a project',
  }),
  requestTimeUnit: choice(['hours', 'milliseconds'], {
    flag: 'request-time-unit',
    does: 'unit of the total request time in analytics',
  }),
  membershipCallers: choice(['older', 'newer'], {
    flag: 'membership-callers',
    does: 'who may ask for memberships: organization tokens and users, or system administrators alone',
  }),
  accessControlProjectTokens: toggle(false, {
    flag: 'access-control-project-tokens',
    does: 'access control takes project tokens',
  }),
  memberTotals: toggle(false, { flag: 'member-totals', does: 'lists of members and roles tell count and pages' }),
  adminOrganizationTokens: toggle(false, {
    flag: 'admin-organization-tokens',
    does: 'organizations are created, listed and deleted with organization tokens too',
  }),
  organizationFilter: choice(['contains', 'startsWith', 'exact'], {
    flag: 'organization-filter',
    does: 'how the filter of organizations compares names',
  }),
  deletedOrganization: choice(['status', 'object'], {
    flag: 'deleted-organization',
    does: 'answer to the deletion of an organization: {"status":"deleted"}, or {}',
  }),
  missingRole: refusal('403:403', {
    flag: 'missing-role',
    does: 'answer to a user without the role that a call takes',
  }),
  createdStatus: choice([201, 200], {
    flag: 'created-status',
    does: 'HTTP status of a new organization or invitation',
  }),
  secondLimit: refusal('400:409', {
    flag: 'second-limit',
    does: 'answer to a second active limit',
    topic: 'second active limit',
  }),
  absentLimit: choice(['notFound', 'empty'], {
    flag: 'absent-limit',
    does: 'answer of latest and active without a limit: 404, or 200 {}',
    topic: '`latest`/`active` without a limit',
  }),
  deletedLimit: choice(['limit', 'status'], {
    flag: 'deleted-limit',
    does: 'answer to the deletion of a limit: the limit, or {"status":"deleted"}',
  }),
  nullMembers: toggle(false, {
    flag: 'null-members',
    does: 'null members are sent, not left out',
    topic: 'null members',
  }),
  validateUsers: refusal<'accepted'>('accepted', {
    flag: 'validate-users',
    does: "answer of validate to a user's OAuth token",
  }),
  oauthEverywhere: toggle(true, {
    flag: 'oauth-stated-only',
    does: 'OAuth is out of scope where section 1.4 says "?"',
  }),
  maskTokenIds: toggle(false, { flag: 'mask-token-ids', does: 'token lists mask the values of tokens' }),
  maskCreatedTokenIds: toggle(false, { flag: 'mask-created-ids', does: 'answers to creations mask them too' }),
  tokenMask: choice(TOKEN_MASK_NAMES, {
    flag: 'mask-form',
    does: 'how masked values look: default_*******AzY4, default_XXXX…AzY4, a part of the value, or another name',
  }),
  exportTokenAs: choice(['name', 'value'], {
    flag: 'export-token-as',
    does: 'what the request export shows of a token',
  }),
  maxExportCount: optionalNumber([1, 100_000], {
    flag: 'max-export-count',
    does: 'items of one page of the export at most, 1 to 100000 (any number)',
  }),
  invalidLimitStatus: choice([400, 200], {
    flag: 'invalid-limit-status',
    does: 'HTTP status of {"error":"Invalid renewal status"}',
  }),
};
