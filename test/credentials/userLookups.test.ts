import { expect, onTestFinished, test } from 'vitest';
import { createIds } from '../../src/values/ids.ts';
import { Secret } from '../../src/values/secret.ts';
import { startFacade, TEST_ID_SECRET } from '../support/facade.ts';

test('a user who may look assistants up, but not list them, is shown several at once', async () => {
  const facade = await startFacade({ emulator: { projects: 2, oauthEverywhere: false } });
  onTestFinished(() => facade.close());
  const { organizations, oauth } = facade.emulator.seeded;
  const project = organizations[0]!.projects[0]!;
  const ids = createIds(new Secret(TEST_ID_SECRET));
  const [first, second] = project.assistants.map(({ id }) => ids.assistantId(project.id, id));

  const { data, errors } = await facade.query(
    'query ($first: ID!, $second: ID!) { first: assistant(id: $first) { name } second: assistant(id: $second) { name } }',
    { token: oauth[0]!.token, headers: { projectid: project.id }, variables: { first, second } },
  );

  expect(errors).toBeUndefined();
  expect([data.first.name, data.second.name]).toEqual(project.assistants.slice(0, 2).map(({ name }) => name));
});

test('a fragment on another type does not make a project be read', async () => {
  const facade = await startFacade({ emulator: { projects: 2 } });
  onTestFinished(() => facade.close());
  const { organizations, oauth } = facade.emulator.seeded;
  const project = organizations[0]!.projects[0]!;

  const { data, errors } = await facade.query(
    '{ viewer { projects { id ... on _Entity { ... on Assistant { kind } } } } }',
    { token: oauth[0]!.token, headers: { projectid: project.id } },
  );

  expect(errors).toBeUndefined();
  expect(data.viewer.projects).toEqual([{ id: project.id }]);
});
