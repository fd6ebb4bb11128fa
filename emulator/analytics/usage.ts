import type { Assistant, ExportedRequest } from '../model.ts';
import type { Person } from '../people.ts';
import type { Project } from '../project.ts';
import { isWithin, type Window } from './window.ts';

/** Each request is of one of so many people, or of nobody: users may be null (platform-api.md section 2.10). */
const USERS = 11;
const CHARACTERS_PER_TOKEN = 4;
/** Stands in the export for a request without an assistant (section 2.4). */
const NO_ASSISTANT = 'N/D';

/** What a request used. Its user and tokens follow from the request itself, so that they stay the same. */
export interface Usage {
  readonly project: Project;
  readonly day: string;
  readonly agent: string | null;
  readonly model: string;
  readonly user: Person | null;
  readonly isFailed: boolean;
  readonly cost: number;
  readonly milliseconds: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/** The requests of some projects within a window; of one agent only when it is named. */
export function usageIn(projects: readonly Project[], window: Window, agentName: string | undefined): Usage[] {
  const filter = { assistant: agentName, status: undefined };
  return projects.flatMap((project) => {
    const people = project.organization.roster.all().slice(0, USERS);
    const models = modelsOf(project.details.assistants);
    const requests = project.details.requests.page(filter, 0, Number.MAX_SAFE_INTEGER);
    return requests.flatMap((request) => {
      const day = request.timestamp.slice(0, 10);
      if (!isWithin(window, day)) return [];
      const user = people[sessionNumber(request) % (people.length + 1)]?.person ?? null;
      return [{ project, day, user, model: models.get(request.assistant) ?? 'gpt-4o', ...amountsOf(request) }];
    });
  });
}

function amountsOf({ assistant, status, cost, elapsedTimeMs, inputText, output }: ExportedRequest) {
  return {
    agent: assistant === NO_ASSISTANT ? null : assistant,
    isFailed: status === 'failed',
    cost,
    milliseconds: elapsedTimeMs,
    inputTokens: tokensOf(inputText),
    outputTokens: tokensOf(output ?? ''),
  };
}

function tokensOf(text: string): number {
  return Math.ceil(text.length / CHARACTERS_PER_TOKEN);
}

function sessionNumber({ sessionId }: ExportedRequest): number {
  return Number.parseInt(sessionId.slice(0, 8), 16) || 0;
}

/** The model of each assistant by the name of the assistant. */
function modelsOf(assistants: readonly Assistant[]): ReadonlyMap<string, string> {
  return new Map(
    assistants.flatMap(({ name, revisions, defaultRevision }) => {
      const revision = revisions.find(({ id }) => id === defaultRevision);
      return revision ? [[name, revision.modelName] as const] : [];
    }),
  );
}
