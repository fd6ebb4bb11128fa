import { expect, test } from 'vitest';
import { VERSION } from '../../src/values/version.ts';
import { productionLicences } from '../docs/licences.ts';
import { billOfMaterials } from './sbom.ts';

interface Bill {
  readonly metadata: { readonly component: { readonly name: string; readonly version: string } };
  readonly components: readonly { readonly group?: string; readonly name: string; readonly version: string }[];
}

test('the bill of materials holds every package that runs in production, and no other', () => {
  const { metadata, components } = JSON.parse(billOfMaterials()) as Bill;
  const listed = components.map(({ group, name, version }) => `${group ? `${group}/` : ''}${name} ${version}`);

  expect(metadata.component).toMatchObject({ name: 'geai-graph', version: VERSION });
  expect([...new Set(listed)].sort()).toEqual(
    productionLicences()
      .map(({ name, version }) => `${name} ${version}`)
      .sort(),
  );
});
