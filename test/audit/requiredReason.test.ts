import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createSubgraph } from '../../src/graphql/schema.ts';
import { inputsOf, settingIn } from '../support/examples.ts';
import { type Managed, startManaged } from '../support/managing.ts';

const MUTATIONS = Object.keys(createSubgraph().getMutationType()!.getFields());

let facade: Managed;
beforeAll(async () => {
  facade = await startManaged({ env: { REQUIRE_REASON: 'true' } });
});
afterAll(() => facade.close());
beforeEach(() => facade.emulator.resetCalls());

const inputOf = (mutation: string) => inputsOf(mutation)[0]!(settingIn(facade.emulator));

const REFUSED = { code: 'REQUIRED', field: 'reason', message: expect.stringContaining('`reason`') };

test.each(MUTATIONS)('%s takes a reason where the operator requires one', async (mutation) => {
  for (const reason of [undefined, null, '', ' \u200b']) {
    const { userErrors } = await facade.mutate(mutation, { ...inputOf(mutation), reason });

    expect(userErrors).toEqual([REFUSED]);
    expect(facade.upstream()).toEqual({});
    expect(facade.audit().at(-1)).toMatchObject({ action: mutation, outcome: 'REFUSED', codes: ['REQUIRED'] });
  }
});

test('with a reason the change is made', async () => {
  const { userErrors } = await facade.mutate('createApiToken', { ...inputOf('createApiToken'), reason: 'Needed' });

  expect(userErrors).toEqual([]);
  expect(facade.events().at(-1)).toMatchObject({ reason: 'Needed', outcome: 'SUCCEEDED' });
});
