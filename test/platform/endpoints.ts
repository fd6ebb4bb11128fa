import type { CredentialKind } from '../../src/platform/client/credential.ts';
import type { Endpoint } from '../../src/platform/client/endpoint.ts';
import * as apiTokens from '../../src/platform/resources/apiTokens.ts';
import * as assistants from '../../src/platform/resources/assistants.ts';
import * as projects from '../../src/platform/resources/projects.ts';
import * as requests from '../../src/platform/resources/requests.ts';
import * as tokenIntrospection from '../../src/platform/resources/tokenIntrospection.ts';
import * as usageLimits from '../../src/platform/resources/usageLimits.ts';
import { Secret } from '../../src/values/secret.ts';

/** An endpoint that takes every credential and any arguments; its answers are the bodies as they came. */
export type BareEndpoint = Endpoint<CredentialKind, Readonly<Record<string, unknown>>>;

export function bare(endpoint: Endpoint): BareEndpoint {
  return { ...endpoint, decode: (body) => body } as Endpoint as BareEndpoint;
}

const MODULES = [apiTokens, assistants, projects, requests, tokenIntrospection, usageLimits];

function endpointsIn(exported: object): Endpoint[] {
  return Object.values(exported).flatMap((value) => {
    if (typeof value !== 'object' || value === null) return [];
    return 'route' in value ? [value as Endpoint] : endpointsIn(value);
  });
}

/** Every endpoint of `src/platform/resources`. */
export const ENDPOINTS = MODULES.flatMap(endpointsIn);
export const READS = ENDPOINTS.filter(({ isRead }) => isRead);
export const WRITES = ENDPOINTS.filter(({ isRead }) => !isRead);

/** Arguments that fill any of them. */
export const ARGUMENTS = {
  projectId: 'project',
  organizationId: 'organization',
  assistantId: 'assistant',
  apiTokenId: new Secret('default_changed'),
  name: 'New',
  description: null,
  skip: 0,
  count: 10,
};
