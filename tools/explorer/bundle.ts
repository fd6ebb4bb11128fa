import { createHash } from 'node:crypto';
import { existsSync, globSync } from 'node:fs';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { InlineConfig } from 'vite';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const OUTPUT = join(ROOT, 'explorer/dist');
const SOURCES = [
  'explorer/*.{ts,css,html}',
  'examples/operations/*.graphql',
  'package-lock.json',
  'tools/explorer/*.ts',
];

/** Fonts among them: Monaco's is not compressed in itself. */
const COMPRESSIBLE = /\.(?:js|css|html|ttf)$/;
/** Beyond 9, brotli takes ten times as long for a twentieth. */
const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } };

/** True if `explorer/dist` is of the present sources. */
export async function isBundled(): Promise<boolean> {
  return isCurrent(await stampOf(SOURCES));
}

/** Makes `explorer/dist` unless it is of these sources. Returns true if it was made. */
export async function bundleExplorer(): Promise<boolean> {
  const stamp = await stampOf(SOURCES);
  if (await isCurrent(stamp)) return false;
  // Made beside and moved, so that nobody sees a half.
  const folder = join(ROOT, `explorer/dist-${process.pid}`);
  try {
    await inProduction(async () => {
      // Loaded only when there is something to do.
      const { build } = await import('vite');
      await build(bundling(folder));
    });
    const files = globSync('**/*', { cwd: folder }).filter((name) => COMPRESSIBLE.test(name));
    await Promise.all(files.map((name) => compress(join(folder, name))));
    await writeFile(join(folder, 'stamp'), stamp);
    await rm(OUTPUT, { recursive: true, force: true });
    await rename(folder, OUTPUT).catch(async (error: unknown) => {
      // Somebody else was as fast.
      if (!(await isCurrent(stamp))) throw error;
    });
    return true;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Sets the variable by which React and Vite choose what to bundle, whoever asks. */
async function inProduction(act: () => Promise<void>): Promise<void> {
  const { NODE_ENV } = process.env;
  process.env.NODE_ENV = 'production';
  try {
    await act();
  } finally {
    if (NODE_ENV === undefined) delete process.env.NODE_ENV;
    else process.env.NODE_ENV = NODE_ENV;
  }
}

function bundling(outDir: string): InlineConfig {
  return {
    configFile: false,
    root: join(ROOT, 'explorer'),
    logLevel: 'warn',
    // A path of its own, so that the server can let browsers keep what is below.
    base: '/explorer/',
    publicDir: false,
    worker: { format: 'es' },
    build: {
      outDir,
      target: 'es2022',
      modulePreload: { polyfill: false },
      // Monaco is one piece by nature.
      chunkSizeWarningLimit: 10_000,
      assetsInlineLimit: 0,
      // Packages mark modules for servers that render, which nothing here does.
      rolldownOptions: { checks: { moduleLevelDirective: false } },
    },
  };
}

async function isCurrent(stamp: string): Promise<boolean> {
  const file = join(OUTPUT, 'stamp');
  return existsSync(file) && (await readFile(file, 'utf8')) === stamp;
}

async function stampOf(patterns: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const path of globSync(patterns, { cwd: ROOT }).sort())
    hash.update(path).update(await readFile(join(ROOT, path)));
  return hash.digest('hex');
}

async function compress(path: string): Promise<void> {
  const bytes = await readFile(path);
  const [br, gz] = await Promise.all([promisify(brotliCompress)(bytes, BROTLI), promisify(gzip)(bytes, { level: 9 })]);
  await Promise.all([writeFile(`${path}.br`, br), writeFile(`${path}.gz`, gz)]);
}
