import type { ApiTokenList } from '../platform/resources/apiTokens.ts';
import { NO_TOKENS } from './apiTokens.ts';
import type { Loaders } from './index.ts';
import { type ProjectScan, type ScanSelection, scanProjects } from './projectScan.ts';

/** Tokens of many projects, as far as they could be read. */
export type TokenScan = ProjectScan<ApiTokenList>;

/** Reads the tokens of the projects of organizations: one list of tokens per project (`scanProjects`). */
export function scanTokens(
  loaders: Loaders,
  organizationIds: readonly string[],
  selection: ScanSelection,
): Promise<TokenScan> {
  return scanProjects(
    loaders,
    organizationIds,
    selection,
    (project) => loaders.apiTokens.ofProject(project),
    NO_TOKENS,
  );
}
