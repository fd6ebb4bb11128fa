import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { isBundled } from '../../tools/explorer/bundle.ts';

const BUNDLER = fileURLToPath(new URL('../../tools/explorer/main.ts', import.meta.url));

/** Bundles the explorer if it is not yet, in a process of its own: the 700 MB that it takes go with that process. */
export async function provideExplorer(): Promise<void> {
  if (await isBundled()) return;
  console.log('Bundling the explorer, once. It takes some seconds.');
  const [code] = await once(spawn(process.execPath, [BUNDLER], { stdio: 'inherit' }), 'exit');
  if (code !== 0) throw new Error('The explorer could not be bundled. `npm run explorer` says why.');
}
