import type { Claims, Restricted } from '../access/restricted.ts';
import { seesProject } from '../access/restricted.ts';
import { traces } from '../access/traces.ts';
import type { ProjectEntry } from '../oracle/model.ts';
import type { Mode } from './cluster.ts';

/** Somebody who asks, and what they may be told. */
export interface Caller {
  readonly name: string;
  readonly mode: Mode;
  readonly headers: Readonly<Record<string, string>>;
  /** Projects whose tokens they may change. */
  readonly manages: readonly ProjectEntry[];
  /** True if they create and delete organizations, and do nothing else. */
  readonly isAdministrator: boolean;
  /** Texts that no answer to them may hold. */
  readonly hidden: readonly string[];
}

/** The beginning of the names of what chaos makes in a project: everybody who sees the project may read it, nobody else. */
export const markOf = ({ id }: ProjectEntry) => `Chaos-${id.slice(0, 8)}-`;

/** Shorter ones occur by chance. */
const LEAST_LENGTH = 8;

/** Callers of two organizations with tokens of the platform, and of the company with and without restrictions. */
export async function callersOf({ model, projects, as, emulator }: Restricted): Promise<Caller[]> {
  const [acme, other] = model.organizations;
  const [first, second] = acme!.projects;
  const caller = (name: string, mode: Mode, headers: Caller['headers'], claims: Claims, manages = true): Caller => {
    const unseen = projects.filter((project) => !seesProject(claims, project)).map(markOf);
    const seen = projects.filter((project) => seesProject(claims, project));
    const hidden = [...traces(model, claims).filter(({ length }) => length >= LEAST_LENGTH), ...unseen];
    return { name, mode, headers, hidden, manages: manages ? seen : [], isAdministrator: false };
  };
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
  const within = (organizations: readonly string[], ids: readonly string[] | null = null): Claims => {
    return { organizations, projects: ids };
  };
  const all = projects.map(({ id }) => id);
  const byJwt = async (name: string, claims: Claims) => {
    const stated = { organizations: claims.organizations, projects: claims.projects ?? all };
    return caller(name, 'jwt', await as(stated), claims);
  };
  const ofProject = first!.apiTokens.find(({ status }) => status === 'ACTIVE')!.secret;
  const { token, projectId } = emulator.seeded.systemAdministrator;
  const asUser = { ...bearer(token), projectid: projectId };
  return [
    { ...caller('administrator', 'passthrough', asUser, within([acme!.id], [first!.id])), isAdministrator: true },
    caller('acme', 'passthrough', bearer(acme!.token), within([acme!.id])),
    caller('other', 'passthrough', bearer(other!.token), within([other!.id])),
    caller('project', 'passthrough', bearer(ofProject), within([acme!.id], [first!.id]), false),
    caller('nobody', 'passthrough', {}, within([]), false),
    await byJwt('jwt of acme', within([acme!.id])),
    await byJwt('jwt of other', within([other!.id])),
    await byJwt('jwt of two projects', within([acme!.id], [first!.id, second!.id])),
  ];
}
