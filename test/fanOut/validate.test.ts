import { expect, test } from 'vitest';
import { KEPT_MS } from '../../src/platform/client/endpoint.ts';
import { validateToken } from '../../src/platform/resources/tokenIntrospection.ts';
import { stopTime } from '../support/clock.ts';
import { type Facade, routes, startFacade } from '../support/facade.ts';
import { TRUE_KEPT_MS } from '../support/unhurried.ts';

const QUERY = '{ viewer { credentials { isAccepted } } organization { name } }';

/** Runs `check` against a facade that has seen no token yet. */
async function withNewFacade(check: (facade: Facade, token: string, others: string[]) => Promise<void>) {
  const facade = await startFacade({ emulator: { projects: 4 } });
  try {
    const [organization] = facade.emulator.seeded.organizations;
    await check(
      facade,
      organization!.token,
      organization!.projects.slice(0, 3).map(({ tokens }) => tokens[0]!.id),
    );
  } finally {
    await facade.close();
  }
}

test('a token is introspected once, however often the request needs it and however many requests follow', async () => {
  await withNewFacade(async (facade, token) => {
    const first = await facade.query(`{ a: organization { name } b: organization { id } viewer { scopes } }`, {
      token,
    });
    expect(first.errors).toBeUndefined();
    expect(facade.upstream()).toEqual({ [routes.validate]: 1 });

    for (let request = 0; request < 3; request += 1) await facade.query(QUERY, { token });
    expect(facade.upstream()).toEqual({ [routes.validate]: 1 });
  });
});

test('each token is asked about once, and one that is known not again when another comes along', async () => {
  await withNewFacade(async (facade, token, others) => {
    await facade.query(QUERY, { token, tokens: [token, token] });
    expect(facade.upstream()).toEqual({ [routes.validate]: 1 });

    const { data } = await facade.query(QUERY, { token, tokens: others });
    expect(data.viewer.credentials).toHaveLength(4);
    expect(facade.upstream()).toEqual({ [routes.validate]: 4 });
  });
});

test('an introspection is believed for 5 seconds and then asked again', async () => {
  expect([TRUE_KEPT_MS, validateToken.keptMs]).toEqual([5_000, KEPT_MS.forSeconds]);
  await withNewFacade(async (facade, token) => {
    const pass = stopTime();
    await facade.query(QUERY, { token });
    pass(KEPT_MS.forSeconds - 1);
    await facade.query(QUERY, { token });
    expect(facade.upstream()).toEqual({ [routes.validate]: 1 });

    pass(2);
    await facade.query(QUERY, { token });
    expect(facade.upstream()).toEqual({ [routes.validate]: 2 });
  });
});

test('a token that is refused is not remembered: it may be unblocked at any time', async () => {
  await withNewFacade(async (facade) => {
    await facade.query(QUERY, { token: 'default_unknown' });
    await facade.query(QUERY, { token: 'default_unknown' });

    expect(facade.upstream()).toEqual({ [routes.validate]: 2 });
  });
});
