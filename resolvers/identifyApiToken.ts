import { type Identification, identifyToken } from '../src/apiTokens/identify.ts';
import { readProject } from '../src/cost/arguments.ts';
import { type Cost, inside } from '../src/cost/parentScope.ts';
import { tokenScanCost } from '../src/cost/projectScan.ts';
import { badUserInput } from '../src/errors.ts';
import type {
  ApiTokenIdentificationResolvers,
  QueryIdentifyApiTokenArgs,
  QueryResolvers,
} from '../src/generated/resolvers.ts';
import { scanTokens } from '../src/loaders/tokenScan.ts';
import type { RequestContext } from '../src/request/context.ts';
import { type Complete, declared, type Fields, free } from '../src/request/resolverTypes.ts';
import { readPlatformId, readPlatformIds } from './input.ts';
import { toApiTokenModel } from './models.ts';
import { openOrAbsent, organizationsOf, unknownOrganization } from './organization.ts';

export type { Identification as ApiTokenIdentificationModel } from '../src/apiTokens/identify.ts';

/** Projects that a result names as unreadable, at most. */
const MAX_SHOWN = 100;

const identifyCost: Cost = (field, _scope, circumstances) => {
  const { organizationId, projectIds } = field.args() ?? {};
  const isOne = organizationId != null;
  // An id that is none is refused without a call.
  if (isOne && readProject(organizationId) === null) return null;
  const organizations = isOne ? 1 : circumstances.estimator.caller.tokens;
  return tokenScanCost(field, organizations, projectIds, circumstances);
};

export const Query: Fields<Pick<QueryResolvers, 'identifyApiToken'>> = {
  identifyApiToken: declared({ cost: identifyCost, takes: 'ORGANIZATION' }, identify),
};

/** The token that was found, in a project of the list of its organization. */
const foundCost: Cost = ({ key }) => inside({ ids: null, key, size: 1, isListed: true });

const unreadableProjectsCost: Cost = ({ key }) => inside({ ids: null, key, size: MAX_SHOWN, isListed: false });

export const ApiTokenIdentification: Complete<ApiTokenIdentificationResolvers, Identification> = {
  apiToken: declared({ cost: foundCost }, ({ found }) => found && toApiTokenModel(found.token, found.project)),
  unreadableProjectCount: free(({ scan }) => scan.unreadableProjectCount),
  unreadableProjects: declared({ cost: unreadableProjectsCost }, ({ scan }) =>
    scan.unreadableProjects.slice(0, MAX_SHOWN),
  ),
  unreadableOrganizationCount: free(({ scan }) => scan.unreadableOrganizationCount),
};

async function identify(_root: unknown, args: QueryIdentifyApiTokenArgs, context: RequestContext) {
  const { loaders } = context;
  const maxProjects = context.scans.projects(1);
  const digest = readDigest(args.sha256);
  const projectIds = readPlatformIds('projectIds', args.projectIds, maxProjects);
  const wanted = args.organizationId == null ? null : readPlatformId(args.organizationId);
  const open = organizationsOf(await context.credentials.accepted());
  const unidentified = await context.credentials.unidentified();
  if (wanted !== null && !openOrAbsent(open, wanted, unidentified)) return null;
  const organizationIds = wanted === null ? [...open.keys()] : [wanted];
  if (organizationIds.length === 0) throw unknownOrganization();
  const scan = await scanTokens(loaders, organizationIds, { projectIds, maxProjects });
  return identifyToken(scan, digest, wanted !== null || !unidentified);
}

/** What was sent is not repeated: it may be the leaked text itself. */
function readDigest(text: string): Buffer {
  if (/^[0-9a-f]{64}$/i.test(text)) return Buffer.from(text, 'hex');
  throw badUserInput(
    '`sha256` takes the SHA-256 of the text as 64 hexadecimal digits, and never the text itself. Treat a token that was sent here as leaked.',
  );
}
