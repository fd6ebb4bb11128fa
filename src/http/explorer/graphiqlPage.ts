import type { ExplorerPage } from './page.ts';

/**
 * Content policy of GraphiQL. Scripts, workers and requests are of this origin alone. Inline styles are allowed: Monaco
 * writes style sheets and style attributes into the page, and takes no nonce for them.
 */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "worker-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "font-src 'self' data:",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const MISSING = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>geai-graph</title></head>
<body>
<h1>geai-graph is running</h1>
<p>GraphiQL is not part of this installation: <code>npm run explorer</code> makes it, in a checkout with development dependencies.</p>
<p><a href="/sandbox">Apollo Sandbox</a> comes from the internet. The graph itself is at <code>/graphql</code>.</p>
</body>
</html>
`;

/** The page of the bundle; without one, a page that says how to make it. */
export function graphiqlPage(html: string | undefined): ExplorerPage {
  return { html: html ?? MISSING, contentSecurityPolicy: POLICY };
}
