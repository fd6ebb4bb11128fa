import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { ALLOWED_LICENCES, licencesPage, productionLicences } from './licences.ts';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

test('every package of production has a licence that is allowed', () => {
  const packages = productionLicences();

  expect(packages.length).toBeGreaterThan(Object.keys(manifest.dependencies).length);
  expect(packages.filter(({ licence }) => !ALLOWED_LICENCES.includes(licence))).toEqual([]);
});

test('docs/licences.md is as the lock file has it (npm run licences)', () => {
  expect(read('docs/licences.md')).toBe(licencesPage());
});

test('the changes of the version, the image and the lock file agree on it', () => {
  const { version } = manifest;

  expect(read('CHANGELOG.md')).toMatch(new RegExp(`^## ${version.replaceAll('.', '\\.')}$`, 'm'));
  expect(read('Dockerfile')).toContain(`org.opencontainers.image.version="${version}"`);
  expect(JSON.parse(read('package-lock.json')).version).toBe(version);
});
