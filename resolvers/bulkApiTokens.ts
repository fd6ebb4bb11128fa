import { BLOCK, MAX_PROJECTS, UNBLOCK } from '../src/apiTokens/bulk/action.ts';
import { countsOf, isShown, type ProjectReport, reportOf } from '../src/apiTokens/bulk/report.ts';
import { type BulkResult, runBulk } from '../src/apiTokens/bulk/run.ts';
import type { BulkToken } from '../src/apiTokens/bulk/scan.ts';
import { badUserInput } from '../src/errors.ts';
import type {
  BlockApiTokensPayloadResolvers,
  BulkApiTokenProjectResolvers,
  BulkApiTokenResultResolvers,
  MutationResolvers,
  UnblockApiTokensPayloadResolvers,
} from '../src/generated/resolvers.ts';
import type { Complete } from '../src/request/resolverTypes.ts';
import { toApiTokenModel } from './models.ts';
import { linkedProject } from './projectRef.ts';

export const Mutation: Pick<MutationResolvers, 'blockApiTokens' | 'unblockApiTokens'> = {
  blockApiTokens: (_root, { input }, context) => runBulk(context, BLOCK, input),
  unblockApiTokens: (_root, { input }, context) => runBulk(context, UNBLOCK, input),
};

const bulkPayload: Complete<BlockApiTokensPayloadResolvers & UnblockApiTokensPayloadResolvers, BulkResult> = {
  counts: ({ planId, projects }) =>
    planId === null ? null : countsOf(projects.flatMap(({ tokens }) => tokens.filter(isShown))),
  projectCount: ({ projects, unlistedCount }) => projects.length + unlistedCount,
  unreadableProjectCount: ({ projects, unlistedCount }) =>
    projects.filter(({ problem }) => problem !== null).length + unlistedCount,
  unreadableTokenCount: ({ projects }) => projects.reduce((sum, { unreadableCount }) => sum + unreadableCount, 0),
  projects: ({ projects }, { first, outcomes }) => {
    if (first < 1 || first > MAX_PROJECTS) throw badUserInput(`\`first\` is ${first}; it takes 1 to ${MAX_PROJECTS}.`);
    return reportOf(projects, first, outcomes ? new Set(outcomes) : null);
  },
};

export const BlockApiTokensPayload = bulkPayload;
export const UnblockApiTokensPayload = bulkPayload;

export const BulkApiTokenProject: Complete<BulkApiTokenProjectResolvers, ProjectReport> = {
  project: ({ id, organizationId, problem }, _args, context, info) =>
    problem?.code === 'PROJECT_NOT_FOUND' ? null : linkedProject({ id, organizationId }, context, info),
  counts: ({ tokens }) => countsOf(tokens),
  unreadableTokenCount: ({ unreadableCount }) => unreadableCount,
  results: ({ tokens }) => [...tokens],
};

export const BulkApiTokenResult: Complete<BulkApiTokenResultResolvers, BulkToken> = {
  changed: ({ outcome }) => outcome === 'CHANGED',
  apiToken: ({ record, projectId }) => record && toApiTokenModel(record, { id: projectId, organizationId: null }),
};
