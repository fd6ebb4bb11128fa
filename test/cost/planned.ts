import { type DocumentNode, parse } from 'graphql';
import type { CallerTokens } from '../../src/cost/estimator.ts';
import type { Times } from '../../src/cost/parentScope.ts';
import { type CostPlan, planCost } from '../../src/cost/plan.ts';
import { ScanBudget } from '../../src/cost/projectScan.ts';
import { createSubgraph } from '../../src/graphql/schema.ts';
import { createIds } from '../../src/values/ids.ts';
import { Secret } from '../../src/values/secret.ts';
import { TEST_ID_SECRET } from '../support/facade.ts';

const schema = createSubgraph();

export const ids = createIds(new Secret(TEST_ID_SECRET));
export const uuid = (index: number) => `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`;
export const assistantId = (project: number, index: number) => ids.assistantId(uuid(project), uuid(index));
export const tokenId = (project: number, index: number) =>
  ids.apiTokenId(uuid(project), { secret: new Secret(`default_${index}`), name: '', createdAt: null });

/** As the facade of the tests has them. */
export const TIMES: Times = { verifyTimeoutMs: 250, upstreamTimeoutMs: 10_000 };

/** The plan of an operation for a caller with one token, who does not borrow, unless told otherwise. */
export function plan(
  document: string | DocumentNode,
  variables: Record<string, unknown> = {},
  caller: Partial<CallerTokens> = {},
  times: Times = TIMES,
  maxObjects = Number.POSITIVE_INFINITY,
  maxProjects?: number,
): CostPlan {
  const parsed = typeof document === 'string' ? parse(document) : document;
  const operation = parsed.definitions.find((definition) => definition.kind === 'OperationDefinition');
  if (!operation) throw new Error('no operation');
  const whole = { tokens: 1, hasUserToken: false, borrows: false, ...caller };
  const scans = maxProjects === undefined ? new ScanBudget(5_000) : { projects: () => maxProjects };
  const bounds = { scans, maxObjects };
  return planCost({ schema, document: parsed, operation, variables, whoAsks: () => whole, ids, times, ...bounds });
}
