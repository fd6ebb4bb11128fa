import { onlyKnown, optionalText, type Wire, wire } from '../client/decode.ts';
import { read } from '../client/endpoint.ts';

type PluginPolicyScope = 'NONE' | 'PROJECT' | 'ORGANIZATION' | 'UNRECOGNIZED';

/** Rights of an organization's plugins at run time. */
interface PluginPoliciesRecord {
  readonly chatSharing: PluginPolicyScope | null;
  readonly externalExecution: PluginPolicyScope | null;
}

/** Null when the organization has none: the answer is then a message (platform-api.md 2.13 and 3.1, E). */
export const getPluginPolicies = read({
  route: 'GET /v2/accessControl/organization/plugin-runtime-policies',
  // No source says that a project token may (platform-api.md 1.4), so that none is tried.
  accepts: ['organization', 'oauth'],
  target: 'organization',
  family: 'members',
  decode: (body): PluginPoliciesRecord | null => {
    const answer = wire(body, 'plugin policies');
    if (answer.policies !== undefined && answer.policies !== null) return toPolicies(wire(answer.policies, 'policies'));
    onlyKnown(answer, 'plugin policies', ['policies', 'messages']);
    return null;
  },
});

function toPolicies(from: Wire): PluginPoliciesRecord {
  return {
    chatSharing: toScope(optionalText(from, 'chatSharingPermissions')),
    externalExecution: toScope(optionalText(from, 'externalExecutionPermissions')),
  };
}

const SCOPES = new Map<string, PluginPolicyScope>([
  ['none', 'NONE'],
  ['project', 'PROJECT'],
  ['organization', 'ORGANIZATION'],
]);

function toScope(text: string | null): PluginPolicyScope | null {
  return text === null ? null : (SCOPES.get(text.toLowerCase()) ?? 'UNRECOGNIZED');
}
