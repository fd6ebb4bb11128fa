import { type Accepts, OAUTH_UNSTATED, organizationInReach } from '../access.ts';
import type { Call, Route } from '../call.ts';
import { PlainFailure, PlatformFailure } from '../failures.ts';
import type { LimitBook } from '../limitBook.ts';
import { amount, InvalidLimit, limitInput, renewalStatus } from '../limitInput.ts';
import type { UsageLimit } from '../usageLimit.ts';

const ORGANIZATION_TOKEN: Accepts = { organization: true, project: false, oauth: OAUTH_UNSTATED };
const ORGANIZATION_PATH = '/v2/usageLimits/organizations/{organization}';

/** Finds the limits that a call is about. */
type Finder = (call: Call) => LimitBook;

/** Platform-api.md section 2.6. There is no `active` for an organization. */
export const USAGE_LIMIT_ROUTES: readonly Route[] = [
  ...limitRoutes(`${ORGANIZATION_PATH}/limits`, organizationLimits),
  ...limitRoutes(`${ORGANIZATION_PATH}/projects/{project}/limits`, projectLimits),
  route('GET', `${ORGANIZATION_PATH}/projects/{project}/limits/active`, (call) =>
    limitOrNone(projectLimits(call).active(), call),
  ),
];

function limitRoutes(path: string, find: Finder): Route[] {
  return [
    route('POST', path, (call) => find(call).define(limitInput(call.members()))),
    route('GET', path, (call) => ({ [call.settings.limitListKey]: find(call).all() })),
    route('GET', `${path}/latest`, (call) => limitOrNone(find(call).latest(), call)),
    route('DELETE', `${path}/{id}`, (call) => {
      const limit = changed(find(call), call, (active) => active.cancel());
      return call.settings.deletedLimit === 'limit' ? limit : { status: 'deleted' };
    }),
    route('PUT', `${path}/{id}/hardLimit`, (call) =>
      changed(find(call), call, (limit) => {
        limit.hardLimit = amount(call.members(), 'hardLimit');
      }),
    ),
    route('PUT', `${path}/{id}/softLimit`, (call) =>
      changed(find(call), call, (limit) => {
        limit.softLimit = amount(call.members(), 'softLimit');
      }),
    ),
    route('PUT', `${path}/{id}/renewalStatus`, (call) =>
      changed(find(call), call, (limit) => {
        limit.renewalStatus = renewalStatus(call.members());
      }),
    ),
  ];
}

/** Input that is wrong is answered in envelope C of section 3.1. */
function route(method: Route['method'], path: string, handle: (call: Call) => object): Route {
  const answer = (call: Call) => {
    try {
      return handle(call);
    } catch (error) {
      if (!(error instanceof InvalidLimit)) throw error;
      const words = error.member.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
      throw new PlainFailure(call.settings.invalidLimitStatus, `Invalid ${words}`);
    }
  };
  return { method, path, accepts: ORGANIZATION_TOKEN, answer };
}

function changed(book: LimitBook, call: Call, change: (limit: UsageLimit) => void): UsageLimit {
  const limit = book.activeWithId(call.id);
  change(limit);
  return limit;
}

/** What is answered without a limit is unknown (section 8, question 10). */
function limitOrNone(limit: UsageLimit | undefined, { settings }: Call): object {
  if (!limit && settings.absentLimit === 'notFound') throw new PlatformFailure(404, 'no limit');
  return limit ?? {};
}

function organizationLimits({ grant, part }: Call): LimitBook {
  return organizationInReach(grant, part('organization'), 2001).limits;
}

function projectLimits(call: Call): LimitBook {
  organizationLimits(call);
  const project = call.grant.organization.project(call.part('project').toLowerCase());
  if (!project) throw new PlatformFailure(2006);
  return project.details.limits;
}
