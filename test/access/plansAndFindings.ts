import fc from 'fast-check';
import { expect } from 'vitest';
import type { ProjectEntry } from '../oracle/model.ts';
import type { Facade } from '../support/facade.ts';
import { type Claimed, type Claims, claimsOf, type Restricted, seesProject } from './restricted.ts';
import { traces, tracesIn } from './traces.ts';

const RUNS = Number(process.env.ORACLE_RUNS ?? 10);

const PLAN = `mutation ($input: BlockApiTokensInput!) { blockApiTokens(input: $input) {
  counts { total } projectCount projects(first: 100) { project { id } problem { message } results { apiToken { id } problem { message } } }
  userErrors { message } } }`;
const FINDINGS = `query ($id: ID!, $kinds: [TokenFindingKind!]) { organization(id: $id) { tokenFindings(first: 100, kinds: $kinds) {
  nodes { project { id } } projectsExamined unreadableCount pageInfo { endCursor } } } }`;
const FIGURES = `query ($id: ID!) { organization(id: $id) { usageLimit { used } members { totalCount }
  analytics { totalRequests activeProjects } } }`;
const KINDS = ['DUPLICATE_NAME', 'NO_DESCRIPTION', 'OLD', 'NO_ACTIVE_TOKEN', 'NO_USAGE_LIMIT'];

/**
 * Plans and findings are of the projects that callers see, whoever else asks for the same at the same time. Figures of a whole
 * organization are for those alone who see all of it.
 */
export async function plansAndFindingsAreOfWhatIsSeen(
  { model, projects, as }: Restricted,
  replicas: readonly Facade[],
  claimed: Claimed,
): Promise<void> {
  let turn = 0;
  const ask = async (document: string, variables: Record<string, unknown>, claims: Claims) => {
    const { data, text } = await replicas[turn++ % replicas.length]!.query(document, {
      headers: await as(claims),
      variables,
    });
    const said = JSON.stringify(variables);
    expect(tracesIn(text, traces(model, claims)).filter((trace) => !said.includes(trace))).toEqual([]);
    return data;
  };
  const checkPlan = async (filter: Filter, claims: Claims) => {
    const { blockApiTokens: plan } = await ask(PLAN, { input: { filter, dryRun: true } }, claims);
    const seen = projects.filter((project) => isIn(filter, project) && seesProject(claims, project));
    if (!plan) return;
    expect(plan.counts?.total ?? 0).toBe(seen.flatMap(({ apiTokens }) => apiTokens).length);
    expect(plan.projectCount).toBe(filter.projectIds?.length ?? seen.length);
  };
  const checkFindings = async (id: string, kinds: readonly string[], claims: Claims) => {
    const { organization } = await ask(FINDINGS, { id, kinds }, claims);
    const seen = projects.filter((project) => project.organization.id === id && seesProject(claims, project));
    if (!organization?.tokenFindings) return;
    expect(organization.tokenFindings).toMatchObject({ projectsExamined: seen.length, unreadableCount: 0 });
  };
  const checkFigures = async (id: string, claims: Claims) => {
    const { organization } = await ask(FIGURES, { id }, claims);
    if (!organization || claims.projects === null) return;
    const nothing = { totalRequests: null, activeProjects: null };
    expect(organization).toEqual({ usageLimit: null, members: null, analytics: nothing });
  };
  const [one, other] = [claimsOf(claimed, model), claimsOf(claimed, model)];
  const organizationId = fc.constantFrom(...model.organizations.map(({ id }) => id));
  const projectIds = fc.subarray(
    projects.map(({ id }) => id),
    { minLength: 1, maxLength: 5 },
  );
  const filter: fc.Arbitrary<Filter> = fc.oneof(fc.record({ organizationId }), fc.record({ projectIds }));
  const kinds = fc.subarray(KINDS, { minLength: 1 });
  const property = fc.asyncProperty(
    filter,
    organizationId,
    kinds,
    one,
    other,
    async (chosen, id, wanted, first, second) => {
      await Promise.all([first, second].map((claims) => checkPlan(chosen, claims)));
      await Promise.all([first, second].map((claims) => checkFindings(id, wanted, claims)));
      await Promise.all([first, second].map((claims) => checkFigures(id, claims)));
    },
  );
  await fc.assert(property, { numRuns: RUNS });
}

interface Filter {
  readonly organizationId?: string;
  readonly projectIds?: readonly string[];
}

const isIn = ({ organizationId, projectIds }: Filter, { id, organization }: ProjectEntry) =>
  organization.id === organizationId || projectIds?.includes(id) === true;
