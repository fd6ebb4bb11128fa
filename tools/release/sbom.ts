import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = new URL('../../', import.meta.url);

interface Locked {
  readonly name: string;
  readonly packages: Readonly<Record<string, { readonly dev?: boolean }>>;
}

/**
 * Bill of materials of production, as CycloneDX. `npm sbom --omit dev` leaves out what development takes as well, such as `graphql`, so npm
 * is given a package without any development.
 */
export function billOfMaterials(): string {
  const { devDependencies: _dev, ...manifest } = read('package.json') as Record<string, unknown> & { name: string };
  const lock = read('package-lock.json') as Locked;
  const entries = Object.entries(lock.packages).filter(([path, { dev }]) => path !== '' && !dev);
  const parent = mkdtempSync(join(tmpdir(), 'geai-sbom-'));
  // Its name is what npm calls the whole.
  const folder = join(parent, manifest.name);
  try {
    mkdirSync(folder);
    writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
    const packages = { '': manifest, ...Object.fromEntries(entries) };
    writeFileSync(join(folder, 'package-lock.json'), JSON.stringify({ ...lock, packages }));
    const words = ['sbom', '--package-lock-only', '--sbom-format', 'cyclonedx'];
    return execFileSync('npm', words, { cwd: folder, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  } finally {
    rmSync(parent, { recursive: true });
  }
}

function read(name: string): unknown {
  return JSON.parse(readFileSync(new URL(name, ROOT), 'utf8'));
}

if (import.meta.main) process.stdout.write(billOfMaterials());
