import { randomBytes } from 'node:crypto';
import type { FastifyInstance } from 'fastify';

/** Hosts that Apollo's embedded Sandbox comes from: the script, and the frame that it opens. */
const SCRIPT_HOST = 'https://embeddable-sandbox.cdn.apollographql.com';
const FRAME_HOST = 'https://sandbox.embed.apollographql.com';

/** The query that a newcomer sees first. */
export const FIRST_QUERY = `query Overview {
  organization {
    name
    projects(first: 5) {
      nodes {
        name
        status
        apiTokens { nodes { name status hint project { name } } }
        assistants { nodes { name revisions { number modelName } project { name } } }
      }
      pageInfo { hasNextPage endCursor }
    }
  }
}`;

/** The page at `/`. */
export function addExplorer(app: FastifyInstance): void {
  app.get('/', async (_request, reply) => {
    const { html, contentSecurityPolicy } = landingPage();
    return reply
      .headers({ 'content-security-policy': contentSecurityPolicy, 'cross-origin-opener-policy': 'unsafe-none' })
      .type('text/html; charset=utf-8')
      .send(html);
  });
}

export interface LandingPage {
  readonly html: string;
  /** Content policy under which the page works and nothing else does. */
  readonly contentSecurityPolicy: string;
}

/** The page with Apollo Sandbox in it. Offline, where its script cannot load, it says how to go on without. */
export function landingPage(): LandingPage {
  const nonce = randomBytes(16).toString('base64');
  return { html: page(nonce), contentSecurityPolicy: policy(nonce) };
}

function policy(nonce: string): string {
  return [
    "default-src 'none'",
    `script-src 'nonce-${nonce}' ${SCRIPT_HOST}`,
    `style-src 'nonce-${nonce}'`,
    `frame-src ${FRAME_HOST}`,
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

function page(nonce: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>geai-graph</title>
<style nonce="${nonce}">
body { margin: 0; font: 16px/1.5 system-ui, sans-serif; color: #1b2240; }
#sandbox, #sandbox iframe { position: absolute; inset: 0; width: 100%; height: 100%; border: 0; }
#offline { max-width: 44rem; margin: 3rem auto; padding: 0 1rem; }
pre { padding: 1rem; overflow: auto; background: #f4f5fa; border-radius: 6px; }
[hidden] { display: none; }
</style>
</head>
<body>
<main id="offline" hidden>
<h1>geai-graph is running</h1>
<p>Apollo Sandbox could not be loaded: it comes from the internet, and this browser seems to be offline.
The graph works without it. Send a query to <code>/graphql</code>, for example this one:</p>
<pre id="query">${FIRST_QUERY}</pre>
</main>
<noscript>Apollo Sandbox requires JavaScript. The graph itself is at /graphql.</noscript>
<div id="sandbox"></div>
<script nonce="${nonce}" src="${SCRIPT_HOST}/v2/embeddable-sandbox.umd.production.min.js"></script>
<script nonce="${nonce}">
if (window.EmbeddedSandbox) {
  new window.EmbeddedSandbox({
    target: '#sandbox',
    initialEndpoint: new URL('/graphql', window.location.href).href,
    initialState: { document: ${JSON.stringify(FIRST_QUERY)}, includeCookies: false },
    runTelemetry: false,
    allowDynamicStyles: false,
  });
} else {
  document.getElementById('sandbox').hidden = true;
  document.getElementById('offline').hidden = false;
}
</script>
</body>
</html>
`;
}
