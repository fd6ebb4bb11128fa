import { readPage } from './pages.ts';

export interface CoverageRow {
  readonly endpoint: string;
  /** Fields that reach it, as `Type.field`. */
  readonly fields: readonly string[];
  /** The test, or the reason why nothing reaches it. */
  readonly proof: string;
}

/** Rows of docs/coverage.md. */
export const readCoverage = (): CoverageRow[] =>
  readPage('docs/coverage.md')
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.split(' | ').map((cell) => cell.replace(/^\| | \|$/g, '').trim()))
    .map(([endpoint = '', reachedBy = '', proof = '']) => ({
      endpoint: endpoint.replaceAll('`', ''),
      fields: [...reachedBy.matchAll(/`([^`]+)`/g)].map(([, field = '']) => field),
      proof,
    }));
