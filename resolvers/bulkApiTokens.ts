import { MAX_PROJECTS } from '../src/apiTokens/bulk/action.ts';
import { reportCost } from '../src/apiTokens/bulk/cost.ts';
import { countsOf, isShown, type ProjectReport, reportOf } from '../src/apiTokens/bulk/report.ts';
import { type BulkResult, blockApiTokens, unblockApiTokens } from '../src/apiTokens/bulk/run.ts';
import type { BulkToken } from '../src/apiTokens/bulk/token.ts';
import { badUserInput } from '../src/errors.ts';
import type {
  BlockApiTokensPayloadResolvers,
  BulkApiTokenProjectResolvers,
  BulkApiTokenResultResolvers,
  MutationResolvers,
  UnblockApiTokensPayloadResolvers,
} from '../src/generated/resolvers.ts';
import type { Mutations } from '../src/mutations/mutation.ts';
import { ownProject } from '../src/request/fields.ts';
import { type Complete, declared, free } from '../src/request/resolverTypes.ts';
import { toApiTokenModel } from './models.ts';
import { projectRef } from './projectRef.ts';

export type { ProjectReport as BulkApiTokenProjectModel } from '../src/apiTokens/bulk/report.ts';
export type {
  BulkResult as BlockApiTokensPayloadModel,
  BulkResult as UnblockApiTokensPayloadModel,
} from '../src/apiTokens/bulk/run.ts';
export type { BulkToken as BulkApiTokenResultModel } from '../src/apiTokens/bulk/token.ts';

export const Mutation: Mutations<Pick<MutationResolvers, 'blockApiTokens' | 'unblockApiTokens'>> = {
  blockApiTokens,
  unblockApiTokens,
};

const bulkPayload: Complete<BlockApiTokensPayloadResolvers & UnblockApiTokensPayloadResolvers, BulkResult> = {
  counts: free(({ planId, projects }) =>
    planId === null ? null : countsOf(projects.flatMap(({ tokens }) => tokens.filter(isShown))),
  ),
  projectCount: free(({ projects, unlistedCount }) => projects.length + unlistedCount),
  unreadableProjectCount: free(
    ({ projects, unlistedCount }) => projects.filter(({ problem }) => problem !== null).length + unlistedCount,
  ),
  unreadableTokenCount: free(({ projects }) => projects.reduce((sum, { unreadableCount }) => sum + unreadableCount, 0)),
  projects: declared({ cost: reportCost }, ({ projects }, { first, outcomes }) => {
    if (first < 1 || first > MAX_PROJECTS) throw badUserInput(`\`first\` is ${first}; it takes 1 to ${MAX_PROJECTS}.`);
    return reportOf(projects, first, outcomes ? new Set(outcomes) : null);
  }),
};

export const BlockApiTokensPayload = bulkPayload;
export const UnblockApiTokensPayload = bulkPayload;

export const BulkApiTokenProject: Complete<BulkApiTokenProjectResolvers, ProjectReport> = {
  project: declared({ cost: ownProject }, ({ id, organizationId, problem }, _args, context, info) =>
    problem?.code === 'PROJECT_NOT_FOUND' ? null : projectRef({ id, organizationId }, context, info),
  ),
  counts: free(({ tokens }) => countsOf(tokens)),
  unreadableTokenCount: free(({ unreadableCount }) => unreadableCount),
  results: free(({ tokens }) => [...tokens]),
};

export const BulkApiTokenResult: Complete<BulkApiTokenResultResolvers, BulkToken> = {
  changed: free(({ outcome }) => outcome === 'CHANGED'),
  apiToken: free(({ record, projectId }) => record && toApiTokenModel(record, { id: projectId, organizationId: null })),
};
