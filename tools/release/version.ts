import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Files that name the version beside those that npm writes, and how each takes a new one. */
const FILES: Readonly<Record<string, (text: string, version: string) => string>> = {
  Dockerfile: (text, version) => text.replace(/(image\.version=")[^"]*/, `$1${version}`),
  'deploy/kubernetes/kustomization.yaml': (text, version) => text.replace(/(newTag: ).*/, `$1${version}`),
  'CHANGELOG.md': (text, version) => text.replace(/^## Next$/m, `## Next\n\n## ${version}`),
};

/** Throws if the list of changes has none for a release. */
function checkChanges(folder: string): void {
  const changes = readFileSync(join(folder, 'CHANGELOG.md'), 'utf8');
  if (!/^## Next\n+(?!## )\S/m.test(changes)) throw new Error('CHANGELOG.md has no changes under "Next".');
}

function setVersion(folder: string, version: string): void {
  for (const [name, write] of Object.entries(FILES)) {
    const path = join(folder, name);
    writeFileSync(path, write(readFileSync(path, 'utf8'), version));
  }
}

// Run by `npm version` twice: before its change of package.json, and between that and its commit.
if (process.env.npm_lifecycle_event === 'preversion') checkChanges(process.cwd());
else setVersion(process.cwd(), process.env.npm_package_version ?? '');
