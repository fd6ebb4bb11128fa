import type { ProjectReference } from '../loaders/apiTokens.ts';
import type { TokenScan } from '../loaders/tokenScan.ts';
import type { ApiTokenRecord } from '../platform/resources/apiTokens.ts';

/** Result of a search for the token behind a hash. */
export interface Identification {
  readonly outcome: 'FOUND' | 'NOT_FOUND' | 'UNKNOWN';
  readonly found: { readonly token: ApiTokenRecord; readonly project: ProjectReference } | null;
  /** Reason why the token may exist although it was not found. Null if it was found, or is known not to exist. */
  readonly reason: string | null;
  readonly comparedCount: number;
  readonly incomparableCount: number;
  readonly scan: TokenScan;
}

/**
 * Compares a SHA-256 with the tokens of projects. Absence is certain only if every token was compared and every credential is
 * known. An unknown credential may open another organization.
 */
export function identifyToken(scan: TokenScan, sha256: Buffer, isEveryCredentialKnown: boolean): Identification {
  let [comparedCount, incomparableCount] = [0, 0];
  let found: Identification['found'] = null;
  for (const { project, value: tokens } of scan.projects) {
    incomparableCount += tokens.unreadableCount;
    for (const token of tokens.records) {
      const isEqual = token.secret.hasSha256(sha256);
      if (isEqual) found = { token, project };
      if (isEqual || token.secret.form === 'whole') comparedCount += 1;
      else incomparableCount += 1;
    }
  }
  const doubts = found ? [] : doubtsOf(scan, incomparableCount, isEveryCredentialKnown);
  const outcome = found ? 'FOUND' : doubts.length > 0 ? 'UNKNOWN' : 'NOT_FOUND';
  return { outcome, found, reason: doubts.join(' ') || null, comparedCount, incomparableCount, scan };
}

function doubtsOf(scan: TokenScan, incomparableCount: number, isEveryCredentialKnown: boolean): string[] {
  const counts: [count: number, what: string][] = [
    [incomparableCount, 'tokens whose values are masked or could not be decoded'],
    [scan.unreadableProjectCount, 'projects that could not be read'],
    [scan.unreadableOrganizationCount, 'organizations that could not be read'],
  ];
  const doubts = counts.flatMap(([count, what]) => (count > 0 ? `Number of ${what}: ${count}.` : []));
  if (isEveryCredentialKnown) return doubts;
  return [...doubts, 'A credential could not be identified, and may open another organization.'];
}
