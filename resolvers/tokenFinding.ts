import type { GraphQLResolveInfo } from 'graphql';
import { badUserInput } from '../src/errors.ts';
import { readsFindings } from '../src/findings/cost.ts';
import { type Examination, examineProject, MAX_USAGE_PROJECTS, USAGE_KINDS } from '../src/findings/examine.ts';
import { type Evidence, FINDING_KINDS, type FindingKind } from '../src/findings/finding.ts';
import type {
  OrganizationTokenFindingsArgs,
  TokenFindingEvidenceResolvers,
  TokenFindingResolvers,
} from '../src/generated/resolvers.ts';
import type { ProjectRecord } from '../src/platform/resources/projects.ts';
import type { RequestContext } from '../src/request/context.ts';
import { paginate } from '../src/request/paging/pagination.ts';
import { type Complete, free } from '../src/request/resolverTypes.ts';
import { selectedFields } from '../src/request/selection.ts';
import { DAY_MS } from '../src/usage/window.ts';
import { type OrganizationModel, type TokenFindingModel, toApiTokenModel } from './models.ts';
import { TOKEN_FINDINGS } from './projectListing.ts';
import { pageOfFindings, readFindingPlace } from './tokenFindingPage.ts';

export type { Evidence as TokenFindingEvidenceModel } from '../src/findings/finding.ts';

/** Findings of a page of projects. They are looked for only when somebody reads them. */
export async function tokenFindings(
  { id }: OrganizationModel,
  { first, after, ...args }: OrganizationTokenFindingsArgs,
  { loaders, admission }: RequestContext,
  info: GraphQLResolveInfo,
) {
  const examination = readExamination(args, loaders.requests.now);
  if (first > MAX_USAGE_PROJECTS && examination.kinds.intersection(USAGE_KINDS).size > 0) {
    throw badUserInput(
      `\`first\` is ${first}; with \`UNUSED\` or \`BLOCKED_BUT_USED\` it takes 1 to ${MAX_USAGE_PROJECTS}.`,
    );
  }
  const place = readFindingPlace(after);
  const { records, unreadableCount } = await loaders.projects.list(id);
  await TOKEN_FINDINGS.prepare(records, admission);
  const projects = paginate(TOKEN_FINDINGS, records, { first, ...place.projects }, isExamined);
  const isRead = readsFindings((step) => selectedFields(info, step));
  const examine = (project: ProjectRecord) => examineProject(project, examination, loaders);
  const found = isRead ? await Promise.all(projects.nodes.map(examine)) : [];
  return Object.assign(pageOfFindings(projects, found, place, unreadableCount), {
    projectsExamined: projects.nodes.length,
  });
}

const isExamined = ({ status }: ProjectRecord) => status !== 'DELETED';

export const TokenFinding: Complete<TokenFindingResolvers, TokenFindingModel> = {
  apiToken: free(({ token, project }) => token && toApiTokenModel(token, project)),
};

export const TokenFindingEvidence: Complete<TokenFindingEvidenceResolvers, Evidence> = {
  createdAt: free(({ createdAt }) => createdAt ?? null),
  tokensOfSameName: free(({ tokensOfSameName }) => tokensOfSameName ?? null),
  requests: free(({ requests }) => requests ?? null),
  lastUsedAt: free(({ lastUsedAt }) => lastUsedAt ?? null),
  errorCode: free(({ errorCode }) => errorCode ?? null),
};

function readExamination(
  { kinds, olderThanDays, unusedDays }: Pick<OrganizationTokenFindingsArgs, 'kinds' | 'olderThanDays' | 'unusedDays'>,
  now: number,
): Examination {
  checkDays('olderThanDays', olderThanDays, 3_650);
  checkDays('unusedDays', unusedDays, 365);
  const window = { from: now - unusedDays * DAY_MS, to: now };
  return { kinds: new Set<FindingKind>(kinds ?? FINDING_KINDS), olderThanDays, window };
}

function checkDays(name: string, days: number, most: number): void {
  if (days < 1 || days > most) throw badUserInput(`\`${name}\` is ${days}; it takes 1 to ${most}.`);
}
