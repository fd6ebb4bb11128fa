import { apiTokenId } from '../oracle/identity.ts';
import type { Actor, Change } from './changes.ts';

/** What a caller does in one step. Every mutation of the schema is in one of them. */
export type Script = (actor: Actor) => Promise<void>;

const isConfirmed: Change['says'] = ({ isConfirmed: is }) => is;
const isVerified: Change['says'] = ({ verification }) => verification?.outcome === 'CONFIRMED';
const LIMIT = { period: 'MONTHLY', unit: 'COST', isRenewable: true };

/** With a key, a creation that was not seen to succeed is asked for again, wherever. */
async function createToken(actor: Actor): Promise<void> {
  const { stage, project, name, random } = actor;
  const key = random.chance(0.5) ? name : null;
  const { losses } = stage.cluster;
  const made = () => stage.emulator.tokens(project.id).filter((token) => token.name === name).length;
  const input = { projectId: project.id, name, ...(key && { idempotencyKey: key }) };
  const says: Change['says'] = ({ apiToken }) => apiToken !== null;
  for (let attempt = 1; attempt <= (key ? 3 : 1); attempt += 1) {
    actor.attempt(name);
    if (await actor.mutate({ mutation: 'createApiToken', input, says, isDone: () => made() > 0 })) break;
  }
  // A Redis that was lost has forgotten the key.
  if (made() > 1 && losses === stage.cluster.losses) {
    stage.problems.push(`${name} was created ${made()} times, with key ${key}`);
  }
}

/** A token of its own, through all that can become of it. */
async function changeToken(actor: Actor): Promise<void> {
  const { stage, project, name } = actor;
  const begin = actor.isWhole ? 0 : actor.random.below(5);
  const value = stage.emulator.createToken(project.id, name);
  const id = apiTokenId(project.id, value);
  const token = () => stage.emulator.tokens(project.id).find((one) => one.id === value)!;
  const successors = () => stage.emulator.tokens(project.id).filter((one) => one.name.startsWith(`${name} `));
  const description = `${name} told`;
  const changes: readonly Change[] = [
    { ...of('blockApiToken', { id }, isVerified), isDone: () => token().status === 'Blocked' },
    { ...of('unblockApiToken', { id }, isVerified), isDone: () => token().status === 'Active' },
    { ...of('updateApiToken', { id, description }, isVerified), isDone: () => token().description === description },
    {
      ...of('rotateApiToken', { id, oldToken: 'KEEP' }, ({ apiToken }) => apiToken !== null),
      isDone: () => successors().length > 0,
    },
    { ...of('revokeApiToken', { id }, isVerified), isDone: () => token().status === 'Revoked' },
  ];
  await actor.inTurn(changes.slice(begin));
  if (successors().length > 1) stage.problems.push(`${name} has several successors`);
}

/** Two tokens of their own at once, by the plan of a dry run. */
async function changeTokens(actor: Actor): Promise<void> {
  const { stage, project, name } = actor;
  const values = ['one', 'other'].map((which) => stage.emulator.createToken(project.id, `${name}-${which}`));
  const ids = values.map((value) => apiTokenId(project.id, value));
  const has = (status: string) => () =>
    stage.emulator.tokens(project.id).every((token) => !values.includes(token.id) || token.status === status);
  const says: Change['says'] = ({ projects }) =>
    projects.flatMap(({ results }: { results: object[] }) => results).length === values.length &&
    projects.every(({ results }: { results: object[] }) => results.every(isVerified));
  const never = { says: () => false, isDone: () => false };
  for (const [mutation, isDone] of [
    ['blockApiTokens', has('Blocked')],
    ['unblockApiTokens', has('Active')],
  ] as const) {
    const plan = await actor.mutate({ mutation, input: { ids }, ...never });
    if (!plan?.planId) return;
    const input = { ids, dryRun: false, planId: plan.planId };
    const payload = await actor.mutate({ mutation, input, says, isDone });
    if (!payload || payload.userErrors.length > 0) return;
  }
}

async function describeProject(actor: Actor): Promise<void> {
  const { id } = actor.project;
  const description = `${actor.name} tells`;
  await actor.mutate({
    ...of('updateProject', { id, description }, isConfirmed),
    isDone: () => actor.wasWritten(`"${description}"`),
  });
}

/** Somebody who is invited, accepts, and is removed. */
async function changeMembers(actor: Actor): Promise<void> {
  const { stage, project, number } = actor;
  const email = `chaos-${number}@acme.example`;
  const isMember = () => stage.emulator.members(project.id).some((member) => member.email === email);
  const input = { projectId: project.id, email, roles: ['Project member'] };
  await actor.mutate({
    ...of('inviteProjectMember', input, ({ changed }) => changed),
    // A platform that says so without doing so is not seen through: nothing can be read back.
    isDone: () => actor.wasWritten(email),
  });
  if (!stage.emulator.invitations(project.id).includes(email)) return;
  const { id: userId } = stage.emulator.acceptInvitation(project.id, email);
  const removal = { projectId: project.id, userId, email };
  await actor.mutate({ ...of('removeProjectMember', removal, isConfirmed), isDone: () => !isMember() });
}

/** Limits of a project, which others change too: amounts tell whose is which. */
async function changeLimits(actor: Actor): Promise<void> {
  const { stage, project, number } = actor;
  const { id: projectId } = project;
  const cancellations = () =>
    stage.writes.filter(({ method, path }) => method === 'DELETE' && path.includes(`${projectId}/limits`)).length;
  const before = cancellations();
  const amount = String(number);
  for (const about of [projectId, projectId]) actor.attempt(about);
  await actor.inTurn([
    { ...of('cancelUsageLimit', { projectId }, ({ changed }) => changed), isDone: () => cancellations() > before },
    {
      ...of('setUsageLimit', { projectId, ...LIMIT, softLimit: amount, hardLimit: amount }, isConfirmed),
      isDone: () => actor.wasWritten(amount),
    },
  ]);
}

/** A project of its own, which nobody of the company's tokens is told of. */
async function changeProjects(actor: Actor): Promise<void> {
  const { stage, project, name } = actor;
  const organizationId = project.organization.id;
  const found = () => stage.emulator.projects(organizationId).find((one) => one.name === name);
  await actor.mutate({
    ...of(
      'createProject',
      { organizationId, name, administratorUserEmail: 'ana@acme.example' },
      ({ project: made }) => made !== null,
    ),
    isDone: () => found() !== undefined,
  });
  const id = found()?.id;
  if (id === undefined) return;
  await actor.mutate({
    ...of('deleteProject', { id, confirmName: name }, isConfirmed),
    isDone: () => found() === undefined,
  });
}

async function changeOrganizations(actor: Actor): Promise<void> {
  const { stage, name } = actor;
  const input = { name, administratorUserEmail: 'ana@acme.example' };
  const created = await actor.mutate({
    ...of('createOrganization', input, ({ organization }) => organization !== null),
    isDone: () => actor.wasWritten(name),
  });
  const id: string | undefined = created?.organization?.id;
  if (id === undefined) return;
  await actor.mutate({
    ...of('deleteOrganization', { id, confirmName: name }, isConfirmed),
    isDone: () => !stage.emulator.organizations().some((one) => one.id === id),
  });
}

function of(mutation: string, input: object, says: Change['says']): Omit<Change, 'isDone'> {
  return { mutation, input, says };
}

/** Of whoever may change tokens, and how often. */
export const SCRIPTS: readonly (readonly [weight: number, Script])[] = [
  [3, createToken],
  [4, changeToken],
  [2, changeTokens],
  [1, describeProject],
  [1, changeMembers],
  [1, changeLimits],
  [1, changeProjects],
];

/** Of the administrator of the platform, who does nothing else. */
export const ADMINISTRATION: Script = changeOrganizations;
