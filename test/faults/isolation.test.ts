import { expect, onTestFinished, test, vi } from 'vitest';
import { codes, routes } from '../support/facade.ts';
import { disturb, introduce, startDrill } from './failures.ts';

const MAX_CALLS = 8;

async function drilled(env: Record<string, string> = {}) {
  const drill = await startDrill({ env: { UPSTREAM_MAX_CALLS: String(MAX_CALLS), ...env } });
  onTestFinished(() => drill.facade.close());
  const { facade, emulator, organization } = drill;
  const tokens = organization.projects.flatMap(
    ({ tokens: own }) => own.find(({ status }) => status === 'Active')?.id ?? [],
  );
  await introduce({ ...drill, both: [organization.token, ...tokens] });
  disturb(emulator, [routes.listAssistants], { kind: 'hang' });
  const askAssistants = (token: string) =>
    facade.query('{ viewer { projects { assistants { nodes { name } } } } }', { token });
  const asked = () => facade.upstream()[routes.listAssistants] ?? 0;
  return { ...drill, tokens, askAssistants, asked };
}

test('a family that hangs takes half of all calls, and other families are answered', async () => {
  const { facade, emulator, project, organization, tokens, askAssistants, asked } = await drilled();
  const hanging = tokens.map(askAssistants);
  await vi.waitUntil(() => asked() === MAX_CALLS / 2);

  const answers = await Promise.all(
    Array.from({ length: 20 }, () =>
      facade.query(`{ project(id: "${project.id}") { name } }`, { token: organization.token }),
    ),
  );

  expect(answers.map(({ data }) => data)).toEqual(answers.map(() => ({ project: { name: project.name } })));
  expect(asked()).toBeLessThanOrEqual(MAX_CALLS / 2);
  emulator.setFaults([]);
  await emulator.close();
  await Promise.all(hanging);
});

test('a call that timed out is not sent again', async () => {
  const { tokens, askAssistants, asked } = await drilled({ UPSTREAM_TIMEOUT_MS: '1500' });

  const answer = await askAssistants(tokens[0]!);

  expect(codes(answer)).toEqual(['UPSTREAM_TIMEOUT']);
  expect(asked()).toBe(1);
});
