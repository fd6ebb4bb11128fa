import { globSync } from 'node:fs';
import type { CredentialKind } from '../../src/platform/client/credential.ts';
import type { Endpoint } from '../../src/platform/client/endpoint.ts';
import { Secret } from '../../src/values/secret.ts';

/** An endpoint that takes every credential and any arguments; its answers are the bodies as they came. */
export type BareEndpoint = Endpoint<CredentialKind, Readonly<Record<string, unknown>>>;

export function bare(endpoint: Endpoint): BareEndpoint {
  return { ...endpoint, decode: (body) => body } as Endpoint as BareEndpoint;
}

const root = new URL('../../src/platform/resources/', import.meta.url);
const MODULES: object[] = await Promise.all(
  globSync('*.ts', { cwd: root }).map((file) => import(new URL(file, root).href)),
);

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

/** Arguments that fill any of them: whatever is asked for is a text, and in the place of a token a token. */
export const ARGUMENTS: Readonly<Record<string, unknown>> = new Proxy(
  { apiTokenId: new Secret('default_changed'), usageLimit: null, roles: [], page: 1, skip: 0, count: 10 },
  { get: (known: Record<string, unknown>, name: string) => (name in known ? known[name] : `some-${name}`) },
);
