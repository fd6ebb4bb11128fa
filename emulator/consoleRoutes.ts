import type { FastifyInstance } from 'fastify';
import type { Console } from './console.ts';
import { parseJson } from './controlBody.ts';
import type { TokenStatus } from './token.ts';

interface WithId {
  Params: { id: string };
}

const STATUSES: readonly TokenStatus[] = ['Active', 'Blocked', 'Revoked'];

/** What the web console would do, for tests and people in another process. */
export function addConsoleRoutes(control: FastifyInstance, console: Console): void {
  control.get<WithId>('/projects/:id/tokens', async ({ params }) => ({ tokens: console.tokens(params.id) }));
  control.post<WithId>('/projects/:id/tokens', async ({ params, body }) => {
    const { name, description } = textsIn(body);
    if (name === undefined) throw new Error('expected { "name": text, "description"?: text }');
    return { id: console.createToken(params.id, name, description) };
  });
  control.delete<WithId>('/projects/:id', async ({ params }) => {
    console.deleteProject(params.id);
    return {};
  });
  addMemberRoutes(control, console);
  control.put<WithId>('/tokens/:id', async ({ params, body }) => {
    const { status: text } = textsIn(body);
    const status = STATUSES.find((candidate) => candidate === text);
    if (!status) throw new Error(`expected { "status": ${STATUSES.map((name) => `"${name}"`).join(' | ')} }`);
    console.setTokenStatus(params.id, status);
    return { status };
  });
}

function addMemberRoutes(control: FastifyInstance, console: Console): void {
  control.get<WithId>('/projects/:id/members', async ({ params }) => ({ members: console.members(params.id) }));
  control.get<WithId>('/projects/:id/invitations', async ({ params }) => ({
    invitations: console.invitations(params.id),
  }));
  control.post<WithId>('/projects/:id/members', async ({ params, body }) => {
    const { email } = textsIn(body);
    if (email === undefined) throw new Error('expected { "email": text } of an invitation');
    return console.acceptInvitation(params.id, email);
  });
}

/** The text members of a JSON object. */
function textsIn(body: unknown): Readonly<Record<string, string | undefined>> {
  const value = parseJson(body);
  if (typeof value !== 'object' || value === null) throw new Error('expected a JSON object');
  return Object.fromEntries(Object.entries(value).filter(([, member]) => typeof member === 'string'));
}
