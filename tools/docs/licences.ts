import { readFileSync, writeFileSync } from 'node:fs';

/** Licences that let a company run, change and pass on what it gets, and ask for no source. */
export const ALLOWED_LICENCES: readonly string[] = [
  '(MIT AND BSD-3-Clause)',
  '0BSD',
  'Apache-2.0',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'ISC',
  'MIT',
];

interface LockedPackage {
  readonly version?: string;
  readonly license?: string;
  readonly dev?: boolean;
}

/** A package that runs in production. */
export interface LicensedPackage {
  readonly name: string;
  readonly version: string;
  readonly licence: string;
}

const LOCK = new URL('../../package-lock.json', import.meta.url);
const PAGE = new URL('../../docs/licences.md', import.meta.url);

/** Packages of production with their licences, as the lock file has them, by name. */
export function productionLicences(): LicensedPackage[] {
  const { packages }: { packages: Record<string, LockedPackage> } = JSON.parse(readFileSync(LOCK, 'utf8'));
  const found = Object.entries(packages)
    .filter(([path, { dev }]) => path !== '' && !dev)
    .map(([path, { version = '', license = 'none named' }]) => {
      return {
        name: path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length),
        version,
        licence: license,
      };
    });
  const rows = new Map(found.map((one) => [`${one.name} ${one.version}`, one]));
  return [...rows.entries()].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, row]) => row);
}

/** Text of the page. */
export function licencesPage(): string {
  const packages = productionLicences();
  const rows = packages.map(({ name, version, licence }) => `| ${name} | ${version} | ${licence} |`);
  return [
    '# Licences',
    '',
    `Packages that run in production, ${packages.length} of them, from the lock file. \`npm run licences\` writes this page.`,
    'A test refuses any licence that `tools/docs/licences.ts` does not allow. `npm run sbom` prints the same as CycloneDX.',
    '',
    '| package | version | licence |',
    '|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}

if (import.meta.main) writeFileSync(PAGE, licencesPage());
