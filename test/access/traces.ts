import { createHash } from 'node:crypto';
import type { Model, ProjectEntry } from '../oracle/model.ts';
import { type Claims, seesOrganization, seesProject } from './restricted.ts';

/** Texts that tell of what the claims exclude, and of nothing that they allow. */
export function traces({ organizations }: Model, claims: Claims): string[] {
  const projects = organizations.flatMap((organization) => organization.projects);
  const excluded = [
    ...projects.filter((project) => !seesProject(claims, project)).flatMap(textsOf),
    ...organizations
      .filter((organization) => !seesOrganization(claims, organization))
      .flatMap(({ id, name, token }) => [id, name, token, token.slice(-4)]),
  ];
  const allowed = [
    ...projects.filter((project) => seesProject(claims, project)).flatMap(textsOf),
    ...organizations
      .filter((organization) => seesOrganization(claims, organization))
      .flatMap(({ id, name, token }) => [id, name, token]),
  ].join('\n');
  return [...new Set(excluded)].filter((text) => !allowed.includes(text));
}

/** Ids, names, hints and values of a project, and of all that is in it. */
function textsOf({ id, name, apiTokens, assistants }: ProjectEntry): string[] {
  return [
    ...[id, name],
    ...apiTokens.flatMap((token) => [token.id, token.secret, token.hint, sha256Of(token.secret)]),
    ...(assistants ?? []).flatMap((assistant) => [assistant.id, assistant.platformId]),
  ];
}

/** Those that are in a text, or in what a cursor or an id in it says when it is decoded. */
export function tracesIn(text: string, wanted: readonly string[]): string[] {
  const decoded = [...text.matchAll(/"([\w-]{8,})"/g)].map(([, code = '']) => Buffer.from(code, 'base64url'));
  const whole = [text, ...decoded.flatMap((bytes) => [bytes.toString('utf8'), bytes.toString('hex')])].join('\n');
  return wanted.filter((trace) => whole.includes(trace) || whole.includes(trace.replaceAll('-', '')));
}

function sha256Of(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Texts of the prompts of all assistants, long enough to be told from others. */
export function promptsOf({ organizations }: Model): string[] {
  const assistants = organizations.flatMap(({ projects }) => projects.flatMap((one) => one.assistants ?? []));
  const texts = assistants.flatMap(({ revisions }) => revisions as { messages: { content: string }[] }[]);
  const contents = texts.flatMap(({ messages }) => messages.map(({ content }) => JSON.stringify(content).slice(1, -1)));
  return [...new Set(contents)].filter((content) => content.length > 15);
}
