const CLAUSES: Readonly<Record<string, string>> = {
  ENOENT: 'is not there',
  ENOTDIR: 'is not there',
  EACCES: 'this process may not open',
  EPERM: 'this process may not open',
  EISDIR: 'is a folder',
  ENOSPC: 'has no room on its disk',
  EROFS: 'is on a disk without writes',
  ENXIO: 'is a pipe that nobody reads',
};

/** Words on why a file cannot be opened, after "a file that". A file that is made when it is not there lacks its folder. */
export function fileFailure(error: unknown, isMade = false): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (isMade && code === 'ENOENT') return 'has no folder';
  return CLAUSES[code] ?? 'cannot be opened';
}
