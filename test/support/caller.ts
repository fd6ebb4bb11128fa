import { type ClientRequest, request } from 'node:http';

/** Sends a GraphQL request over a connection of its own, for a caller that may go away before the answer. */
export function sendAndMayLeave(url: string, document: string, token: string): ClientRequest {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
  const caller = request(`${url}/graphql`, { method: 'POST', agent: false, headers });
  // Going away is what it is for: the error that it causes here says nothing.
  caller.on('error', () => undefined);
  caller.end(JSON.stringify({ query: document }));
  return caller;
}
