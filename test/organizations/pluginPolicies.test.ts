import { expect, onTestFinished, test } from 'vitest';
import type { Fault } from '../../emulator/faults.ts';
import { codes, type Request, routes, startFacade } from '../support/facade.ts';

const ROUTE = 'GET /v2/accessControl/organization/plugin-runtime-policies';
const POLICIES = 'pluginRuntimePolicies { chatSharing externalExecution }';

async function started(answer?: Partial<Extract<Fault, { kind: 'answer' }>>) {
  const facade = await startFacade({ emulator: { projects: 2 } });
  onTestFinished(() => facade.close());
  const [first, second] = facade.emulator.seeded.organizations;
  if (answer) facade.emulator.setFaults([{ route: ROUTE, kind: 'answer', ...answer }]);
  const ask = async (document = `{ organization { id ${POLICIES} } }`, request: Request = { token: first!.token }) => {
    facade.emulator.resetCalls();
    const found = await facade.query(document, request);
    return { ...found, codes: codes(found), upstream: facade.upstream() };
  };
  return { facade, first: first!, second: second!, ask };
}

test('policies of two organizations take one call each, with the token of each', async () => {
  const { ask, first, second } = await started();
  const of = (name: string, id: string) => `${name}: organization(id: "${id}") { ${POLICIES} again: ${POLICIES} }`;

  const { data, upstream } = await ask(`{ ${of('one', first.id)} ${of('two', second.id)} }`, {
    token: first.token,
    tokens: [second.token],
  });

  const policies = { chatSharing: 'ORGANIZATION', externalExecution: 'NONE' };
  expect(data).toEqual({
    one: { pluginRuntimePolicies: policies, again: policies },
    two: { pluginRuntimePolicies: null, again: null },
  });
  expect(upstream).toEqual({ [routes.validate]: 2, [ROUTE]: 2 });
});

test.each([
  [
    { policies: { chatSharingPermissions: 'Project', externalExecutionPermissions: 'planet' } },
    ['PROJECT', 'UNRECOGNIZED'],
  ],
  [{ policies: { externalExecutionPermissions: 'project' } }, [null, 'PROJECT']],
  [{ policies: { chatSharingPermissions: null, externalExecutionPermissions: '' } }, [null, null]],
])('policies of the form %j are read', async (body, [chatSharing, externalExecution]) => {
  const { ask } = await started({ body });

  expect((await ask()).data.organization.pluginRuntimePolicies).toEqual({ chatSharing, externalExecution });
});

test.each([{}, { policies: null }, { messages: { description: 'none' } }, { messages: [] }])(
  'an answer of the form %j has no policies',
  async (body) => {
    const { ask } = await started({ body });

    expect(await ask()).toMatchObject({ data: { organization: { pluginRuntimePolicies: null } }, codes: [] });
  },
);

test.each([{ policies: [] }, { policies: 'none' }, { policies: { chatSharingPermissions: {} } }, { rules: {} }, []])(
  'an answer of the form %j is a fault of its own field',
  async (body) => {
    const { ask, first } = await started({ body });

    expect(await ask()).toMatchObject({
      data: { organization: { id: first.id, pluginRuntimePolicies: null } },
      codes: ['UPSTREAM_BAD_RESPONSE'],
    });
  },
);

test('a token of a project does not open policies, and they are not asked for', async () => {
  const { ask, first } = await started();
  const token = first.projects[0]!.tokens.find(({ status }) => status === 'Active')!.id;

  const { data, codes: failed, upstream } = await ask(undefined, { token });

  expect(data.organization).toEqual({ id: first.id, pluginRuntimePolicies: null });
  expect(failed).toEqual(['CREDENTIAL_REQUIRED']);
  expect(upstream[ROUTE]).toBeUndefined();
});

test('the token of a user opens policies in a project of theirs', async () => {
  const { ask, facade } = await started();
  const { token, projectId } = facade.emulator.seeded.oauth[0]!;

  const { data } = await ask(undefined, { token, headers: { ProjectId: projectId } });

  expect(data.organization.pluginRuntimePolicies).toEqual({ chatSharing: 'ORGANIZATION', externalExecution: 'NONE' });
});
