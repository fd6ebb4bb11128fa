import { CostCounter, type Items } from './costCounter.ts';
import type { TokenScope } from './reading.ts';

/** Facts about a caller before the platform was asked. */
export interface CallerTokens {
  /** Tokens that the request presents, whatever they are. */
  readonly tokens: number;
  /** True if one of them is a user's OAuth token, whose organization may stay unknown. */
  readonly hasUserToken: boolean;
  /** True if projects may be opened with a token of their own list. */
  readonly borrows: boolean;
}

/** Projects at one scope of an operation. */
export interface ProjectSet extends Items {
  /** True if they come from the list of their organization, so that their records and organization are known. */
  readonly isListed: boolean;
}

export type Depth = 'summary' | 'full';

/** Characters of a text that becomes a part of a key as it is. */
const MAX_KEY_TEXT = 200;

/** Counter of the calls of an operation: one method per way in which the loaders read or change something. */
export class CostEstimator {
  readonly counter = new CostCounter();
  readonly #whoAsks: () => CallerTokens;
  #caller: CallerTokens | undefined;
  #isIdentified = false;
  /** Organizations read so far, by what is read of them. */
  readonly #organizations = new Map<string, number>();
  #byId = 0;
  /** Texts of arguments that are too long to be a part of many keys. */
  readonly #longTexts = new Map<string, number>();
  /** Assistants looked up by id, per project, and how deep. */
  readonly #lookedUp = new Map<string, { ids: Set<string>; depths: Set<Depth> }>();

  /** `whoAsks` is called when something takes a credential: who reads nothing is not looked at. */
  constructor(whoAsks: () => CallerTokens) {
    this.#whoAsks = whoAsks;
  }

  get caller(): CallerTokens {
    this.#caller ??= this.#whoAsks();
    return this.#caller;
  }

  /** Counts everything anew but what the tokens are: a change reads all of it again (`Loaders.startOver`). */
  startOver(): void {
    this.counter.startOver();
    this.#lookedUp.clear();
    this.#organizations.clear();
    this.#byId = 0;
  }

  /** Tells apart what is read with other arguments. A long text that many fields are given counts once. */
  keyOf(args: unknown): string {
    return JSON.stringify(args, (_name, value: unknown) =>
      typeof value === 'string' ? this.#shortened(value) : value,
    );
  }

  /** Introspection of the tokens: one call each, once, and for a user's the project that it is used in. */
  identify(): void {
    if (this.#isIdentified) return;
    this.#isIdentified = true;
    const { tokens, hasUserToken } = this.caller;
    this.counter.add(null, tokens + (hasUserToken ? 1 : 0));
  }

  /** Lists of the projects of `organizations` organizations: each credential lists once (`projectLoaders`). */
  projectLists(organizations: number, path: string): void {
    this.perOrganization('projects', organizations, path);
  }

  /** Notes a read per organization: `what` names it with its arguments, and takes `each` calls at most. */
  perOrganization(what: string, organizations: number, path: string, each = 1): void {
    this.counter.add(path, this.#unread(what, organizations) * each);
  }

  /**
   * Notes records of projects by id (`projectLoaders`). Every credential may be asked for each project once: only the answer
   * names its organization, and a list may lack it. Two and more are also looked for in every list. A listed project is
   * found in its list, after those of other organizations.
   */
  records(projects: ProjectSet, path: string): void {
    this.identify();
    const { tokens, hasUserToken } = this.caller;
    const askedForEach = projects.isListed ? tokens - 1 + (hasUserToken ? 1 : 0) : tokens;
    if (askedForEach === 0) return;
    this.#byId += this.counter.addOnce('record', projects, path, askedForEach);
    if (this.#byId > 1) this.projectLists(tokens, path);
  }

  /**
   * Choice of the credential that manages tokens: with several, the project is searched first
   * (`apiTokenLoaders.manager`).
   */
  manager(projects: ProjectSet, path: string, isOrganizationKnown = projects.isListed): void {
    this.identify();
    const { tokens, hasUserToken } = this.caller;
    if (tokens > 1 && (hasUserToken || !isOrganizationKnown)) this.records(projects, path);
  }

  /** Token lists, one per project. */
  tokenLists(projects: ProjectSet, path: string, isOrganizationKnown = projects.isListed): void {
    this.manager(projects, path, isOrganizationKnown);
    this.counter.addOnce('tokens', projects, path);
  }

  /**
   * Projects of `organizations` organizations that one field looks through (`scanProjects`), listed for it: `maxProjects` of
   * each at most. Leaves out those of which `what` was read before. Organizations are bounded by the number of tokens.
   */
  scannedProjects(what: string, organizations: number, maxProjects: number, path: string): ProjectSet {
    this.projectLists(organizations, path);
    const size = this.#unread(what, organizations) * maxProjects;
    return { ids: null, key: `scan ${what} ${this.#organizations.get(what)}`, size, isListed: true };
  }

  /** The credential that opens a project: borrowed out of its token list, if that is allowed (`projectCredentialChooser`). */
  projectCredentials(projects: ProjectSet, path: string): void {
    this.identify();
    if (this.caller.borrows) this.tokenLists(projects, path, false);
  }

  /** Notes a read per project: `what` names it with its arguments, and takes `each` calls at most. */
  perProject(takes: TokenScope, what: string, projects: ProjectSet, path: string, each = 1): void {
    if (takes === 'ORGANIZATION') this.manager(projects, path);
    else this.projectCredentials(projects, path);
    this.counter.addOnce(what, projects, path, each);
  }

  /** Assistant lists, one per project and depth. */
  assistantLists(projects: ProjectSet, depth: Depth, path: string): void {
    this.projectCredentials(projects, path);
    this.counter.addOnce(`assistants ${depth}`, projects, path);
  }

  /** An assistant by its id; when the project is asked for a second one, also the list (`assistantLoaders.byHandle`). */
  assistant(projectId: string, assistantId: string, depth: Depth, path: string): void {
    const project = named([projectId]);
    this.projectCredentials(project, path);
    this.counter.addOnce(`assistant ${depth}`, named([assistantId]), path);
    const known = this.#lookedUp.get(projectId) ?? { ids: new Set<string>(), depths: new Set<Depth>() };
    this.#lookedUp.set(projectId, known);
    known.ids.add(assistantId);
    known.depths.add(depth);
    if (known.ids.size > 1) for (const each of known.depths) this.assistantLists(project, each, path);
  }

  /** Number of these organizations that were not read before. Bounded by the number of tokens, which open no more. */
  #unread(what: string, organizations: number): number {
    this.identify();
    const before = this.#organizations.get(what) ?? 0;
    const read = Math.min(this.caller.tokens, before + organizations);
    this.#organizations.set(what, read);
    return read - before;
  }

  #shortened(text: string): string | readonly number[] {
    if (text.length <= MAX_KEY_TEXT) return text;
    const number = this.#longTexts.get(text) ?? this.#longTexts.size;
    this.#longTexts.set(text, number);
    return [number];
  }
}

/** Projects, or anything else, that the operation names by id. */
export function named(ids: readonly string[]): ProjectSet {
  return { ids, key: '', size: ids.length, isListed: false };
}
