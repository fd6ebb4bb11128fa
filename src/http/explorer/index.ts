import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Logger } from 'pino';
import type { Explorer } from '../../config/browsers.ts';
import { GRAPHQL_PATH } from '../graphqlPath.ts';
import { addAssets, type Bundle, openBundle } from './bundle.ts';
import { graphiqlPage } from './graphiqlPage.ts';
import type { ExplorerPage } from './page.ts';
import { sandboxPage } from './sandboxPage.ts';

/** The chosen explorer at `/`, and both under their names. A browser that opens the graph is sent there. */
export function addExplorer(app: FastifyInstance, chosen: Exclude<Explorer, 'off'>, log: Logger): void {
  const bundle = openBundle();
  if (bundle) addAssets(app, bundle);
  else if (chosen === 'graphiql') log.warn('GraphiQL is not bundled, so its page says how: `npm run explorer`.');
  const pages = pagesOf(bundle);
  const get = (path: string, page: () => ExplorerPage) => app.get(path, (_request, reply) => sendPage(reply, page()));
  get('/', pages[chosen]);
  get('/graphiql', pages.graphiql);
  get('/sandbox', pages.sandbox);
  app.addHook('onRequest', ({ method, url, headers: { accept } }, reply, done) => {
    if (method !== 'GET' || !url.startsWith(GRAPHQL_PATH) || !accept?.includes('text/html')) return done();
    if (!/^[?]|^$/.test(url.slice(GRAPHQL_PATH.length))) return done();
    reply.header('vary', 'accept').redirect('/', 303);
  });
}

function pagesOf(bundle: Bundle | null): Readonly<Record<Exclude<Explorer, 'off'>, () => ExplorerPage>> {
  return { graphiql: () => graphiqlPage(bundle?.html), sandbox: sandboxPage };
}

function sendPage(reply: FastifyReply, { html, contentSecurityPolicy }: ExplorerPage): FastifyReply {
  return reply
    .headers({ 'content-security-policy': contentSecurityPolicy, 'cross-origin-opener-policy': 'unsafe-none' })
    .type('text/html; charset=utf-8')
    .send(html);
}
