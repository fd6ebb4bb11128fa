import { randomBytes } from 'node:crypto';
import type { ExplorerPage } from './page.ts';

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
        apiTokens { nodes { name status hint } }
        assistants { nodes { name revisions { number modelName } } }
      }
      pageInfo { hasNextPage endCursor }
    }
  }
}`;

/** The page with Apollo Sandbox in it. Text of ours is there at once, and goes when Sandbox arrives. */
export function sandboxPage(): ExplorerPage {
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

const STYLE = `:root { color-scheme: light dark; }
body { margin: 0; font: 16px/1.5 system-ui, sans-serif; }
#sandbox, #sandbox iframe { position: absolute; inset: 0; width: 100%; height: 100%; border: 0; }
#ours { max-width: 44rem; margin: 3rem auto; padding: 0 1rem; }
pre { padding: 1rem; white-space: pre-wrap; background: #8882; border-radius: 6px; }
[hidden] { display: none; }
`;

const SCRIPT = `const script = document.createElement('script');
script.src = '${SCRIPT_HOST}/v2/embeddable-sandbox.umd.production.min.js';
script.addEventListener('error', () => {
  document.getElementById('state').textContent = 'Apollo Sandbox could not be loaded: this browser seems to be offline.';
});
script.addEventListener('load', () => {
  document.getElementById('ours').hidden = true;
  document.getElementById('sandbox').hidden = false;
  new window.EmbeddedSandbox({
    target: '#sandbox',
    initialEndpoint: new URL('/graphql', window.location.href).href,
    initialState: { document: ${JSON.stringify(FIRST_QUERY)}, includeCookies: false },
    runTelemetry: false,
    allowDynamicStyles: false,
  });
});
document.body.append(script);
`;

function page(nonce: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>geai-graph</title>
<style nonce="${nonce}">
${STYLE}</style>
</head>
<body>
<main id="ours">
<h1>geai-graph is running</h1>
<p id="state">Apollo Sandbox is loading from the internet.</p>
<p><a href="/graphiql">GraphiQL</a> comes from this server and needs no internet. The graph itself takes queries at <code>/graphql</code>,
for example this one:</p>
<pre id="query">${FIRST_QUERY}</pre>
</main>
<noscript>Apollo Sandbox requires JavaScript. The graph itself is at /graphql.</noscript>
<div id="sandbox" hidden></div>
<script nonce="${nonce}">
${SCRIPT}</script>
</body>
</html>
`;
}
