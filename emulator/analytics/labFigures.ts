import type { LabChange, ProjectDetails } from '../model.ts';
import type { Project } from '../project.ts';
import { isWithin, type Window } from './window.ts';

/** What one endpoint answers about what was built in some projects. */
type Figure = (projects: readonly Project[], window: Window) => object;

/** The figures under `/v1/analytics/lab/`, by the end of the path (platform-api.md section 2.10). */
export const LAB_FIGURES: Readonly<Record<string, Figure>> = {
  ...pair('agents', agentChanges),
  ...pair('flows', ({ flows }) => flows),
  ...pair('processes', ({ processes }) => processes),
  'projects-created': (projects, window) => ({ createdProjects: daysOfCreation(projects, window).length }),
  'projects-created-per-day': (projects, window) => ({
    projectsCreatedPerDay: byDay(daysOfCreation(projects, window), (day) => day).map(([date, items]) => ({
      date,
      createdProjects: items.length,
    })),
  }),
};

function pair(what: string, changesOf: (details: ProjectDetails) => readonly LabChange[]): Record<string, Figure> {
  const title = `${what[0]?.toUpperCase()}${what.slice(1)}`;
  const within = (projects: readonly Project[], window: Window) =>
    projects.flatMap(({ details }) => changesOf(details)).filter(({ day }) => isWithin(window, day));
  const counts = (changes: readonly LabChange[]) => ({
    [`created${title}`]: changes.filter(({ isCreation }) => isCreation).length,
    [`modified${title}`]: changes.filter(({ isCreation }) => !isCreation).length,
  });
  return {
    [`${what}-created-and-modified`]: (projects, window) => counts(within(projects, window)),
    [`${what}-created-and-modified-per-day`]: (projects, window) => ({
      [`${what}CreatedAndModifiedPerDay`]: byDay(within(projects, window), ({ day }) => day).map(([date, changes]) => ({
        date,
        ...counts(changes),
      })),
    }),
  };
}

/** The first revision creates an agent, the others change it. */
function agentChanges({ assistants }: ProjectDetails): LabChange[] {
  return assistants.flatMap(({ revisions }) =>
    revisions.map(({ id, timestamp }) => ({ day: timestamp.slice(0, 10), isCreation: id === 1 })),
  );
}

/** A project is as old as its first token. */
function daysOfCreation(projects: readonly Project[], window: Window): string[] {
  const days = projects.flatMap(({ details }) => details.tokens[0]?.timestamp.slice(0, 10) ?? []);
  return days.filter((day) => isWithin(window, day));
}

function byDay<T>(items: readonly T[], of: (item: T) => string): [day: string, T[]][] {
  return [...Map.groupBy(items, of)].sort(([a], [b]) => (a < b ? -1 : 1));
}
