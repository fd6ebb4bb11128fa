import type { IncomingHttpHeaders } from 'node:http';
import { excerpt } from '../values/excerpt.ts';

/** Program that sends a request, as it says. */
export interface ClientName {
  readonly name: string;
  readonly version: string | null;
}

const MAX_LENGTH = 64;
const UNPRINTABLE = /[^\x20-\x7e…]/g;

/** Name and version of the client, by Apollo's headers or those of GraphQL over HTTP. Null if it does not say. */
export function clientNameOf(headers: IncomingHttpHeaders): ClientName | null {
  const name = headers['apollographql-client-name'] ?? headers['graphql-client-name'];
  if (typeof name !== 'string' || name === '') return null;
  const version = headers['apollographql-client-version'] ?? headers['graphql-client-version'];
  return { name: cleaned(name), version: typeof version === 'string' && version !== '' ? cleaned(version) : null };
}

function cleaned(text: string): string {
  return excerpt(text, MAX_LENGTH).replace(UNPRINTABLE, '?');
}
