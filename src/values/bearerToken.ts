const SCHEME = /^\s*Bearer +/i;

/** Token of an `Authorization` header. Null if it has another form. Long tokens are not gone through by a group of an expression. */
export function bearerToken(header: string): string | null {
  const scheme = SCHEME.exec(header)?.[0];
  const token = scheme === undefined ? '' : header.slice(scheme.length).trimEnd();
  return token === '' || /\s/.test(token) ? null : token;
}
