import { parse } from 'yaml';
import { parseDockerfile } from '../../tools/dockerfile/dockerfile.ts';
import { filesLike, readPage } from '../docs/pages.ts';

// biome-ignore lint/suspicious/noExplicitAny: a wrong path fails the assertion.
export type Yaml = any;

export const yamlOf = (path: string): Yaml => parse(readPage(path));

export const kustomization = yamlOf('deploy/kubernetes/kustomization.yaml');
export const deployment = yamlOf('deploy/kubernetes/deployment.yaml');
export const composed = yamlOf('deploy/compose/compose.yaml').services['geai-graph'];

/** All manifests but the list of them. */
export const manifests = filesLike('deploy/kubernetes/*.yaml')
  .filter((path) => !path.endsWith('kustomization.yaml'))
  .map((path) => ({ path, manifest: yamlOf(path) }));

/** Settings of each way to run it, by name. */
export const SETTINGS: Readonly<Record<'kubernetes' | 'compose', Record<string, string>>> = {
  kubernetes: Object.fromEntries(
    kustomization.configMapGenerator[0].literals.map((text: string) => text.split(/=(.*)/, 2)),
  ),
  compose: composed.environment,
};

const instructions = parseDockerfile(readPage('Dockerfile'));

/** Settings that the image has already, and the command by which it checks its health. */
export const image = {
  env: instructions.flatMap((one) => (one.name === 'ENV' ? [one.values] : [])).at(-1)!,
  healthcheck: instructions.flatMap((one) => (one.name === 'HEALTHCHECK' ? [one.command] : [])).at(-1)!,
};
