import { expect, onTestFinished, test } from 'vitest';
import { type Answer, codes, routes } from '../support/facade.ts';
import { expectNothingOfThePlatform, startDrill } from './failures.ts';
import { patienceWith, REPRESENTATIVES } from './faultTable.ts';

const OVERVIEW = `{
  organization {
    projects {
      nodes {
        id
        name
        apiTokens { nodes { name status hint } }
        assistants { nodes { name revisions { number } project { name } } }
      }
    }
  }
}`;

async function drilled(patience: Record<string, string> = {}) {
  const drill = await startDrill({
    emulator: { organizations: 1, projects: 4 },
    env: { ...patience, GEAI_BORROW_PROJECT_TOKENS: 'true' },
  });
  onTestFinished(() => drill.facade.close());
  const overview = () => drill.facade.query(OVERVIEW, { token: drill.organization.token });
  const healthy = await overview();
  expect(healthy.errors).toBeUndefined();
  return { ...drill, healthy, overview };
}

interface ProjectNode {
  readonly id: string;
  readonly apiTokens: unknown;
  readonly assistants: unknown;
}

const projectsOf = (answer: Answer): ProjectNode[] => answer.data.organization.projects.nodes;

test.concurrent.each(REPRESENTATIVES)(
  'with $name at two projects of four, exactly what they failed at is missing',
  async ({ fault, read }) => {
    const { facade, emulator, organization, healthy, overview } = await drilled(patienceWith(fault));
    const [noAssistants, noTokens] = [organization.projects[1]!.id, organization.projects[2]!.id];
    emulator.setFaults([
      { route: routes.listAssistants, project: noAssistants, ...fault },
      { route: routes.listTokens, project: noTokens, ...fault },
    ]);

    const answer = await overview();

    const expected = projectsOf(healthy).map((node) => {
      if (node.id === noAssistants) return { ...node, assistants: null };
      // Without its tokens there is none to borrow for the assistants.
      return node.id === noTokens ? { ...node, apiTokens: null, assistants: null } : node;
    });
    expect(projectsOf(answer)).toEqual(expected);
    const place = (id: string) => expected.findIndex((node) => node.id === id);
    expect(new Set(answer.errors!.map(({ path }) => path!.join('.')))).toEqual(
      new Set([
        `organization.projects.nodes.${place(noAssistants)}.assistants`,
        `organization.projects.nodes.${place(noTokens)}.apiTokens`,
        `organization.projects.nodes.${place(noTokens)}.assistants`,
      ]),
    );
    expect(codes(answer)).toEqual([read.code, read.code, read.code]);
    expectNothingOfThePlatform(facade, answer);
  },
);

test('a slow project delays the answer and nothing else', async () => {
  const { emulator, organization, healthy, overview } = await drilled();
  emulator.setFaults([{ route: '*', project: organization.projects[0]!.id, kind: 'latency', ms: 40 }]);

  const answer = await overview();

  expect(answer.text).toBe(healthy.text);
});
