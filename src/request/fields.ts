import type { GraphQLResolveInfo } from 'graphql';
import type { CostEstimator, ProjectSet } from '../cost/estimator.ts';
import {
  type Cost,
  inside,
  NOWHERE,
  type ParentScope,
  type SelectedField,
  withTokenLists,
} from '../cost/parentScope.ts';
import type { Source } from '../loaders/source.ts';
import { absentAsNull } from '../platform/client/errors.ts';
import type { PlatformList } from '../platform/client/lists.ts';
import type { Pacer } from '../platform/client/pacer.ts';
import type { RequestContext } from './context.ts';
import type { Start } from './earlyStart.ts';
import { Page } from './paging/page.ts';
import { type Listing, type Order, type Orders, type PageArguments, paginate } from './paging/pagination.ts';
import { declared, type Field } from './resolverTypes.ts';

export type Resolve<Parent, Args, Result> = (
  parent: Parent,
  args: Args,
  context: RequestContext,
  info: GraphQLResolveInfo,
) => Promise<Result>;

/** Arguments of a source that is asked the same whatever those of the field: a page is cut out of the whole list. */
const NOTHING = {};

/** Declares a field that a source returns for its parent. */
export function reads<Parent, Value>(
  source: Source<Parent, object, Value>,
): Field<Resolve<Parent, object, Value | null>> {
  const cost: Cost = ({ path }, scope, { estimator }) => {
    source.plan({ path, args: NOTHING }, scope, estimator);
    return NOWHERE;
  };
  return declared(
    { cost, takes: source.takes, part: 'key' },
    (parent, _args, { loaders }) => absentAsNull(source.read(loaders, parent, NOTHING)),
    started(source),
  );
}

/** View of a list: its order, and the items to keep. */
export interface View<Item> {
  readonly order: Listing<Item>;
  /** Null: all of them. */
  readonly isIn: ((item: Item) => boolean) | null;
}

/** Declares a field that is a page of the list of a source, in the view that the arguments choose. */
export function pages<Parent, Args extends PageArguments, Item, Node>(
  source: Source<Parent, object, PlatformList<Item>>,
  viewOf: (args: Args) => View<Item>,
  toNode: (item: Item, parent: Parent) => Node,
): Field<Resolve<Parent, Args, Page<Node> | null>> {
  const cost: Cost = ({ path }, scope, { estimator }) => source.plan({ path, args: NOTHING }, scope, estimator);
  return declared(
    { cost, takes: source.takes, part: 'key' },
    async (parent, args, { loaders, admission }) => {
      const view = viewOf(args);
      const list = await absentAsNull(source.read(loaders, parent, NOTHING));
      return list && pageOf(view, list, args, (item) => toNode(item, parent), admission);
    },
    started(source),
  );
}

/** View of a whole list in the order that the caller chooses; without a choice, in the standard one. */
export function ordered<Item, Field extends string>(
  orders: Orders<Item, Field>,
  standard?: Order<NoInfer<Field>>,
): (args: PageArguments & { readonly orderBy?: Order<Field> | null | undefined }) => View<Item> {
  return ({ orderBy }) => ({ order: orders(orderBy ?? standard), isIn: null });
}

/** Node of an item that is its own model. */
export function itself<T>(item: T): T {
  return item;
}

/** Only fields of projects are started early. */
function started<Parent>({ read }: Source<Parent, object, unknown>): Start {
  return (project, _args, { loaders }) => read(loaders, project as Parent, NOTHING);
}

/** Cuts a page out of what could be read of a list. A long one is ordered in turns before. Throws `BAD_USER_INPUT`. */
export function pageOf<Item, Node>(
  { order, isIn }: View<Item>,
  { records, unreadableCount }: PlatformList<Item>,
  page: PageArguments,
  toNode: (item: Item) => Node,
  turns: Pacer,
): Page<Node> | Promise<Page<Node>> {
  const cut = () => {
    const { nodes, pageInfo, totalCount } = paginate(order, records, page, isIn ?? undefined);
    return new Page(nodes.map(toNode), pageInfo, totalCount, unreadableCount);
  };
  return order.prepare(records, turns)?.then(cut) ?? cut();
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
