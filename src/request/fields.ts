import type { GraphQLResolveInfo } from 'graphql';
import type { CostEstimator, ProjectSet } from '../cost/estimator.ts';
import { type Cost, NOWHERE, type ParentScope, type SelectedField } from '../cost/parentScope.ts';
import { inside, withTokenLists } from '../cost/parentScopes.ts';
import type { ProjectReference } from '../loaders/apiTokens.ts';
import type { ProjectSource } from '../loaders/source.ts';
import { absentAsNull } from '../platform/client/errors.ts';
import type { PlatformList } from '../platform/client/lists.ts';
import type { RequestContext } from './context.ts';
import type { Start } from './earlyStart.ts';
import { type Listing, type Page, type PageArguments, paginate } from './pagination.ts';
import { declared, type Field } from './resolverTypes.ts';

type Resolve<Parent, Args, Result> = (
  parent: Parent,
  args: Args,
  context: RequestContext,
  info: GraphQLResolveInfo,
) => Promise<Result>;

/** Declares a field that a source returns for the parent's project. */
export function reads<Args extends object, Value>(
  source: ProjectSource<Args, Value>,
): Field<Resolve<ProjectReference, Args, Value | null>> {
  const cost: Cost = (field, { projects }, { estimator }) => {
    if (projects) source.cost(projects, field, estimator);
    return NOWHERE;
  };
  return declared(
    { cost, takes: source.takes, part: 'key' },
    (project, args, { loaders }) => absentAsNull(source.read(loaders, project, args)),
    started(source),
  );
}

/** View of a list: its order, and the items to keep. */
export interface View<Item> {
  readonly order: Listing<Item>;
  /** Null: all of them. */
  readonly isIn: ((item: Item) => boolean) | null;
}

/**
 * Declares a field that is a page of the list that a source returns for the parent's project. The order is ours, or the
 * one that `viewOf` reads from the arguments.
 */
export function pages<Args extends PageArguments, Item, Node>(
  source: ProjectSource<Args, PlatformList<Item>>,
  viewOf: Listing<Item> | ((args: Args) => View<Item>),
  toNode: (item: Item, project: ProjectReference) => Node,
): Field<Resolve<ProjectReference, Args, ReadPage<Node> | null>> {
  const cost: Cost = (field, { projects }, { estimator }) => {
    if (!projects) return null;
    source.cost(projects, field, estimator);
    return inside(projects);
  };
  return declared(
    { cost, takes: source.takes, part: 'key' },
    async (project, args, { loaders }) => {
      const view = typeof viewOf === 'function' ? viewOf(args) : { order: viewOf, isIn: null };
      const list = await absentAsNull(source.read(loaders, project, args));
      return list && pageOf(view, list, args, (item) => toNode(item, project));
    },
    started(source),
  );
}

/** Arguments come from the same definition as those that the resolver gets. */
function started<Args extends object, Value>(source: ProjectSource<Args, Value>): Start {
  return (project, args, { loaders }) => source.read(loaders, project, args as Args);
}

/** A page of a list of the platform, and how many of the list could not be read. */
interface ReadPage<Node> extends Page<Node> {
  readonly unreadableCount: number;
}

/** Cuts a page out of what could be read of a list. Throws `BAD_USER_INPUT`. */
export function pageOf<Item, Node>(
  { order, isIn }: View<Item>,
  { records, unreadableCount }: PlatformList<Item>,
  page: PageArguments,
  toNode: (item: Item) => Node,
): ReadPage<Node> {
  const { nodes, ...rest } = paginate(order, records, page, isIn ?? undefined);
  return { ...rest, unreadableCount, nodes: nodes.map(toNode) };
}

/** Cost of a link to projects: their records, if a selected field reads more than the key. */
export function linkCost(field: SelectedField, projects: ProjectSet, estimator: CostEstimator): ParentScope {
  if (field.parts().size > 0) estimator.records(projects, field.path);
  return inside(projects);
}

/** Cost of the tokens of projects, listed for it. */
export const tokensCost: Cost = (field, { projects }, { estimator }) =>
  projects && withTokenLists(projects, field, estimator);

/** Cost of a link from something in a project to that project. */
export const ownProject: Cost = (field, { projects }, { estimator }) =>
  projects && linkCost(field, projects, estimator);
