import type { IncomingHttpHeaders } from 'node:http';
import type { Identity, Platform } from './platform.ts';

/** What a request presents: nothing readable, a token that opens nothing, or a token that is known and active. */
export type Credential = Identity | { readonly kind: 'none' } | { readonly kind: 'refused' };

/** Who is calling (platform-api.md sections 1.2 and 1.3). */
export function credentialOf(platform: Platform, headers: IncomingHttpHeaders): Credential {
  const token = presentedToken(headers);
  if (token === undefined) return { kind: 'none' };
  return platform.identify(token) ?? { kind: 'refused' };
}

/** `Bearer` is the documented form; bare, Basic user name and `Saia-Auth` are the compatibility extras of section 1.2. */
function presentedToken(headers: IncomingHttpHeaders): string | undefined {
  const authorization = headers.authorization?.trim();
  if (!authorization) return singleHeader(headers, 'saia-auth');
  const [first = '', second, ...more] = authorization.split(/ +/);
  if (more.length > 0) return undefined;
  if (first.toLowerCase() === 'bearer') return second;
  if (first.toLowerCase() === 'basic') return second && basicUserName(second);
  return second === undefined ? first : undefined;
}

/** The token is the user name, the password is empty. */
function basicUserName(encoded: string): string | undefined {
  const [user, password] = Buffer.from(encoded, 'base64').toString().split(':');
  return user && password === '' ? user : undefined;
}

/** A header that must come once; undefined when absent or empty. */
export function singleHeader(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}
