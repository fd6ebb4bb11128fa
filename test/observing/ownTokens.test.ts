import { expect, onTestFinished, test } from 'vitest';
import { metricOf, routes, startFacade } from '../support/facade.ts';
import { jwtMode, startIssuer } from '../support/issuer.ts';
import { linesOf } from '../support/program.ts';

test('the log says once which token of the server the platform refuses, and a metric counts it', async () => {
  const issuer = await startIssuer();
  onTestFinished(() => issuer.close());
  const emulated = await startFacade({ emulator: { organizations: 1, projects: 1 } });
  onTestFinished(() => emulated.close());
  const { token, projects } = emulated.emulator.seeded.organizations[0]!;
  const facade = await startFacade({ sharedEmulator: emulated.emulator, env: jwtMode(issuer, [token]) });
  onTestFinished(() => facade.close());
  const jwt = await issuer.token({ scope: 'geai:read' });
  const ask = () => facade.query(`{ project(id: "${projects[0]!.id}") { name } }`, { token: jwt });
  const said = () => linesOf(facade.log()).filter((line) => String(line.msg).includes('GEAI_TOKENS'));

  emulated.emulator.setFaults([{ route: routes.validate, kind: 'status', status: 401, id: 6 }]);
  for (let time = 0; time < 3; time += 1) {
    expect((await ask()).errors?.map(({ extensions }) => extensions.code)).toEqual(['CREDENTIAL_REQUIRED']);
  }
  expect(await metricOf(facade, 'geai_graph_own_tokens_refused')).toBe(1);
  expect(said()).toMatchObject([{ level: 'warn', token: `${token.split('_')[0]}_…${token.slice(-4)}` }]);

  emulated.emulator.setFaults([]);
  expect((await ask()).data.project.name).toEqual(expect.any(String));
  expect(await metricOf(facade, 'geai_graph_own_tokens_refused')).toBe(0);
  expect(said().slice(1)).toMatchObject([{ level: 'info', token: said()[0]!.token }]);
  expect(facade.log()).not.toContain(token);
});
