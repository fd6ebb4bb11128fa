import { bundleExplorer } from './bundle.ts';

/** `npm run explorer`: bundles GraphiQL for the page at `/`. */
const startedAt = performance.now();
if (await bundleExplorer()) console.log(`explorer bundled in ${Math.round(performance.now() - startedAt)} ms`);
