import type { GraphQLResolveInfo } from 'graphql';
import type { Principal } from '../src/access/principal.ts';
import { seesProject } from '../src/access/visibility.ts';
import { type Cost, inside, NOWHERE } from '../src/cost/parentScope.ts';
import { badUserInput } from '../src/errors.ts';
import type {
  AnalyticsFiguresResolvers,
  AnalyticsUsageOfProjectResolvers,
  AnalyticsUsersOfProjectResolvers,
} from '../src/generated/resolvers.ts';
import { costOf, readFigure } from '../src/loaders/analytics.ts';
import type { ProjectReference } from '../src/loaders/apiTokens.ts';
import { absentAsNull } from '../src/platform/client/errors.ts';
import { FIGURES, type Figure, type ListFigure } from '../src/platform/resources/analytics.ts';
import type { RequestContext } from '../src/request/context.ts';
import type { Start } from '../src/request/earlyStart.ts';
import { itself, ownProject, pageOf } from '../src/request/fields.ts';
import type { Page } from '../src/request/paging/page.ts';
import { type Direction, listing, type Orders, orders, type PageArguments } from '../src/request/paging/pagination.ts';
import { type Complete, declared, type Field } from '../src/request/resolverTypes.ts';
import { selectedNodes } from '../src/request/selection.ts';
import { DAY_MS, type TimeWindow } from '../src/usage/window.ts';
import { sortKey } from '../src/values/decimal.ts';
import type { AnalyticsFiguresModel, AnalyticsUsageOfProjectModel, AnalyticsUsersOfProjectModel } from './models.ts';
import { projectRef } from './projectRef.ts';
import { readWindow, type WindowInput } from './window.ts';

interface Args {
  readonly window?: WindowInput | null | undefined;
}

/** Cost of the object: none. Its figures cost a call each. */
const subjectCost: Cost = (field, { count, projects }, { estimator }) => {
  const window = estimator.keyOf(field.args());
  return projects ? { ...inside(projects), window } : { ...NOWHERE, count, window };
};

const startFigures: Start = (project, args, context, info) => {
  const analytics = analyticsOf(project, null, args, context);
  const names = new Set(selectedNodes(info, 'AnalyticsFigures').map(({ name }) => name.value));
  const figures = Object.entries(FIGURES).filter(([name]) => names.has(name));
  return Promise.all(figures.map(([, figure]) => readFigure<unknown>(figure, analytics, context.loaders)));
};

export const analyticsOfProject = declared(
  { cost: subjectCost, takes: 'PROJECT', part: 'key' },
  (project: ProjectReference, args: Args, context: RequestContext) => analyticsOf(project, null, args, context),
  startFigures,
);

export const analyticsOfOrganization = declared(
  { cost: subjectCost, takes: 'ORGANIZATION' },
  ({ id }: { readonly id: string }, args: Args, context: RequestContext) => analyticsOf(null, id, args, context),
);

function analyticsOf(
  project: ProjectReference | null,
  organizationId: string | null,
  { window }: Args,
  { loaders }: RequestContext,
): AnalyticsFiguresModel {
  return { project, organizationId, ...daysIn(readWindow(window, loaders.requests.now)) };
}

/** The days that a window touches, UTC, and the window that they are. */
export function daysIn({ from, to }: TimeWindow): Pick<AnalyticsFiguresModel, 'from' | 'to' | 'days'> {
  const [first, end] = [Math.floor(from / DAY_MS) * DAY_MS, Math.ceil(to / DAY_MS) * DAY_MS];
  const days = { startDate: dayOf(first), endDate: dayOf(end - DAY_MS) };
  return { from: new Date(first).toISOString(), to: new Date(end).toISOString(), days };
}

function dayOf(instant: number): string {
  const text = new Date(instant).toISOString();
  if (/^\d{4}-/.test(text)) return text.slice(0, 10);
  throw badUserInput('The days of a window are in the years 0000 to 9999, UTC.');
}

interface ListArguments extends PageArguments {
  readonly orderBy?: { readonly field: string; readonly direction: Direction } | null | undefined;
}

/** Orders of the rows of a figure. Equal rows are told apart by all that they hold. */
function ordersOf<Item>(name: string, figure: ListFigure<Item>): Orders<Item, string> {
  const listings = Object.entries(figure.orders).map(([field, amountOf], index) => {
    const keyOf = (item: Item) => {
      const value = amountOf(item);
      return typeof value === 'string' ? value : sortKey(value);
    };
    return [field, listing(index === 0 ? name : `${name} ${field}`, keyOf, (item) => JSON.stringify(item))] as const;
  });
  return orders(Object.fromEntries(listings));
}

type FieldOf<Of> =
  Of extends ListFigure<infer Item>
    ? Field<Resolve<ListArguments, Page<Item> | null>>
    : Of extends Figure<infer Value>
      ? Field<Resolve<object, Value | null>>
      : never;
type Resolve<Given, Result> = (
  analytics: AnalyticsFiguresModel,
  args: Given,
  context: RequestContext,
  info: GraphQLResolveInfo,
) => Promise<Result>;

/** A field for each figure of the table. */
function fieldsOf<Table extends Readonly<Record<string, Figure<unknown>>>>(table: Table) {
  const fields = Object.entries(table).map(([name, figure]) => [
    name,
    'orders' in figure ? listField(name, figure as ListFigure<unknown>) : plainField(figure),
  ]);
  return Object.fromEntries(fields) as { readonly [Name in keyof Table]: FieldOf<Table[Name]> };
}

function plainField<Value>(figure: Figure<Value>): Field<Resolve<object, Value | null>> {
  return declared({ cost: costOf(figure) }, (analytics, _args, context) =>
    absentAsNull(readFigure(figure, analytics, context.loaders)),
  );
}

/** Rows that a caller sees: the platform may count other projects beside the one that was asked about. Null: all of them. */
function seenRows(principal: Principal): ((row: unknown) => boolean) | null {
  if (principal.projects === null) return null;
  return (row) => !isOfProject(row) || seesProject(principal, row.projectId);
}

function isOfProject(row: unknown): row is { readonly projectId: string } {
  return typeof row === 'object' && row !== null && 'projectId' in row && typeof row.projectId === 'string';
}

function listField<Item>(name: string, figure: ListFigure<Item>): FieldOf<ListFigure<Item>> {
  const orderOf = ordersOf(name, figure);
  const resolve: Resolve<ListArguments, Page<Item> | null> = async (analytics, { orderBy, ...page }, context) => {
    const list = await absentAsNull(readFigure(figure, analytics, context.loaders));
    const isIn = seenRows(context.principal);
    return list && pageOf({ order: orderOf(orderBy), isIn }, list, page, itself, context.admission);
  };
  return declared({ cost: costOf(figure) }, resolve) as FieldOf<ListFigure<Item>>;
}

export const AnalyticsFigures: Complete<AnalyticsFiguresResolvers, AnalyticsFiguresModel> = fieldsOf(FIGURES);

const project = declared(
  { cost: ownProject, part: 'key' },
  ({ projectId }: { readonly projectId: string }, _args: object, context: RequestContext, info: GraphQLResolveInfo) =>
    projectRef({ id: projectId, organizationId: null }, context, info),
);

export const AnalyticsUsersOfProject: Complete<AnalyticsUsersOfProjectResolvers, AnalyticsUsersOfProjectModel> = {
  project,
};

export const AnalyticsUsageOfProject: Complete<AnalyticsUsageOfProjectResolvers, AnalyticsUsageOfProjectModel> = {
  project,
};
