import type { ExecutionResult } from 'graphql';
import { type Emulator, startEmulator } from '../../emulator/emulator.ts';
import { type Answer, type Facade, query, type Request, startFacade } from '../support/facade.ts';
import { Access, type Presented } from './access.ts';
import { Oracle, orders } from './answers.ts';
import { type Model, type OrganizationEntry, type ProjectEntry, readModel } from './model.ts';
import type { OperationOptions } from './operations.ts';
import { type Chosen, defaultOf, KnownCursors, nameOf, type Orders, ordered } from './paging.ts';
import { poolsOf } from './pools.ts';
import { UNANSWERED } from './unanswered.ts';

/** A caller: what goes into the request, and what the model knows of it. */
export interface Caller {
  readonly request: Request;
  readonly presented: readonly Presented[];
}

/** An emulator, all that it holds, and the oracle over it. */
export interface Situation {
  readonly emulator: Emulator;
  readonly model: Model;
  readonly oracle: Oracle;
  readonly callers: Readonly<Record<string, Caller>>;
  /** How to make operations about what the emulator holds. */
  readonly operationOptions: OperationOptions;
  /** A facade over the emulator; limits are off, since random operations may be any size. */
  facade(env: Record<string, string>): Promise<Facade>;
  close(): Promise<void>;
}

const NO_LIMITS = { LOG_LEVEL: 'silent', UPSTREAM_CALL_BUDGET: '1000000', MAX_ANSWER_OBJECTS: '1000000000' };

/** Eight projects in each of two organizations: a hidden one, and one that has no active token, are among them. */
export async function startSituation(): Promise<Situation> {
  const emulator = await startEmulator({ projects: 8 });
  const model = await readModel(emulator);
  const facade = (env: Record<string, string>) =>
    startFacade({ sharedEmulator: emulator, env: { ...NO_LIMITS, ...env } });
  const cursors = await learnCursors(model, facade);
  const own = (list: string) => Object.values<Orders<never>>(orders).filter((of) => (of.field ?? of.list) === list);
  const cursorsOf = (list: string) => own(list).flatMap((of) => cursors.of(nameOf(of.list, defaultOf(of))));
  const lists = ['projects', 'apiTokens', 'assistants'];
  const pools = poolsOf(model, Object.fromEntries(lists.map((list) => [list, cursorsOf(list)])), cursors.all());
  return {
    emulator,
    model,
    oracle: new Oracle(cursors),
    callers: callersOf(model),
    operationOptions: { pools, without: UNANSWERED },
    facade,
    close: () => emulator.close(),
  };
}

function callersOf({ organizations, users }: Model): Record<string, Caller> {
  const [acme, other] = organizations;
  const [user] = users;
  if (!acme || !other || !user) throw new Error('two organizations and a user are expected');
  const [first, second] = acme.projects;
  if (!first || !second) throw new Error('two projects are expected');
  const foreign = other.projects[1] ?? second;
  return {
    acme: present(ofOrganization(acme)),
    'a project': present(ofProject(first)),
    other: present(ofOrganization(other)),
    'acme and other': present(ofOrganization(acme), ofOrganization(other)),
    'acme and a project': present(ofOrganization(acme), ofProject(second)),
    'a project and other': present(ofProject(first), ofOrganization(other)),
    'acme and a foreign project': present(ofOrganization(acme), ofProject(foreign)),
    'a user': present({ token: user.token, kind: 'oauth', organization: acme, project: first }),
    nobody: present(),
  };
}

function ofOrganization(organization: OrganizationEntry): Presented {
  return { token: organization.token, kind: 'organization', organization, project: null };
}

function ofProject(project: ProjectEntry): Presented {
  const token = project.apiTokens.find(({ status }) => status === 'ACTIVE')?.secret ?? '';
  return { token, kind: 'project', organization: project.organization, project };
}

function present(...presented: Presented[]): Caller {
  const [first, ...more] = presented;
  const projectId: Record<string, string> = first?.kind === 'oauth' ? { projectid: first.project?.id ?? '' } : {};
  const tokens = more.map(({ token }) => token);
  return { presented, request: { token: first?.token, headers: projectId, ...(tokens.length > 0 ? { tokens } : {}) } };
}

/** Asks a facade for pages of every length of every list: cursors are its own business, what they stand for is not. */
async function learnCursors(model: Model, facade: Situation['facade']): Promise<KnownCursors> {
  const cursors = new KnownCursors();
  const teacher = await facade({ CACHE: 'off', GEAI_BORROW_PROJECT_TOKENS: 'true' });
  const learn = async <T>(of: Orders<T>, holder: string, token: string, items: readonly T[]) => {
    for (const chosen of choicesOf(of)) {
      const { field, direction } = chosen;
      const page = (_item: T, index: number) =>
        `page${index}: ${of.field ?? of.list}(first: ${index + 1}, orderBy: { field: ${field}, direction: ${direction} }) { pageInfo { endCursor } }`;
      if (items.length === 0) continue;
      const { data } = await query(teacher.url, `{ held: ${holder} { ${items.map(page).join(' ')} } }`, { token });
      for (const [index, item] of ordered(items, of, chosen).entries()) {
        const { endCursor } = data.held[`page${index}`].pageInfo;
        cursors.add(nameOf(of.list, chosen), of.byField[field]!(item), endCursor);
      }
    }
  };
  for (const { token, projects } of model.organizations) {
    await learn(orders.projects, 'organization', token, projects);
    const all = projects.flatMap(({ apiTokens }) => apiTokens);
    await learn(orders.organizationApiTokens, 'organization', token, all);
    for (const { id, apiTokens, assistants } of projects) {
      await learn(orders.apiTokens, `project(id: "${id}")`, token, apiTokens);
      await learn(orders.assistants, `project(id: "${id}")`, token, assistants ?? []);
    }
  }
  await teacher.close();
  return cursors;
}

function choicesOf({ byField }: Orders<never>): Chosen[] {
  return Object.keys(byField).flatMap((field) => [
    { field, direction: 'ASC' as const },
    { field, direction: 'DESC' as const },
  ]);
}

export function accessOf({ model }: Situation, { presented }: Caller, borrowing: boolean): Access {
  return new Access(model, presented, borrowing);
}

/** What the facade and the oracle must agree on: the data, and for each error where it is and its code. */
export function comparable({ data, errors }: Pick<Answer, 'data' | 'errors'> | ExecutionResult) {
  const places = (errors ?? []).map(({ path, extensions }) => `${path?.join('.')} ${extensions?.code}`);
  return { data: JSON.parse(JSON.stringify(data ?? null)), errors: places.sort() };
}
