import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { Negotiator } from 'negotiator';

/** Made by `npm run explorer`, beside the sources or beside what was built of them. */
const FOLDER = new URL('../../../explorer/dist/', import.meta.url);

const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.ttf': 'font/ttf',
};

/** Ends of files that hold the same, compressed; the best first. */
const COMPRESSED: Readonly<Record<string, string>> = { br: '.br', gzip: '.gz' };
const ENCODINGS = Object.keys(COMPRESSED);

/** GraphiQL as bundled: its page, and the names of its files. */
export interface Bundle {
  readonly html: string;
  readonly assets: ReadonlySet<string>;
}

/** The bundle of this installation. Null if none was made. */
export function openBundle(folder = FOLDER): Bundle | null {
  const page = new URL('index.html', folder);
  if (!existsSync(page)) return null;
  return { html: readFileSync(page, 'utf8'), assets: new Set(readdirSync(new URL('assets/', folder))) };
}

/** Files of the bundle. Their names change with their content, so browsers keep them. */
export function addAssets(app: FastifyInstance, { assets }: Bundle, folder = FOLDER): void {
  app.get<{ Params: { name: string } }>('/explorer/assets/:name', async ({ params: { name }, headers }, reply) => {
    const type = TYPES[extname(name)];
    // Names are looked up, never made into paths.
    if (type === undefined || !assets.has(name)) return reply.callNotFound();
    const accept = { 'accept-encoding': headers['accept-encoding'] ?? 'identity' };
    const encoding = new Negotiator({ headers: accept }).encoding([...ENCODINGS, 'identity'], { preferred: ENCODINGS });
    if (encoding && encoding !== 'identity') reply.header('content-encoding', encoding);
    return reply
      .headers({
        'cache-control': 'public, max-age=31536000, immutable',
        'content-security-policy': "default-src 'none'; script-src 'self'",
        vary: 'accept-encoding',
      })
      .type(type)
      .send(await readFile(new URL(`assets/${name}${COMPRESSED[encoding ?? ''] ?? ''}`, folder)));
  });
}
