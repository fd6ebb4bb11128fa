import { isDeepStrictEqual } from 'node:util';
import { FINDING_KINDS, type Finding } from '../src/findings/finding.ts';
import type { ProjectRecord } from '../src/platform/resources/projects.ts';
import { type Position, readInnerCursor, writeInnerCursor } from '../src/request/paging/cursors.ts';
import { Page, PageInfo } from '../src/request/paging/page.ts';
import {
  itemsAfter,
  type ListPageInfo,
  listing,
  type PageArguments,
  type Slice,
} from '../src/request/paging/pagination.ts';
import type { TokenFindingModel } from './models.ts';
import { TOKEN_FINDINGS } from './projectListing.ts';

/** Findings of one project: by kind, then by the creation time of the token; those about no token come last. */
const FINDINGS = listing<Finding>(
  'tokenFindingsOfProject',
  ({ kind }) => String(FINDING_KINDS.indexOf(kind)),
  ({ token }) => (token ? `0${token.createdAt ?? ''}\u0000${token.name}\u0000${token.secret.hint}` : '1'),
);

/** Where a page begins: the projects, and the finding of the first one that was shown last. */
interface Place {
  readonly projects: Pick<PageArguments, 'after' | 'from'>;
  readonly inner: Position | null;
}

/** A page ends with a project; the cursor of a finding may stand inside one, whose other findings come next. */
export function readFindingPlace(after: string | null | undefined): Place {
  const [from, inner] = (after != null && readInnerCursor(TOKEN_FINDINGS.name, after)) || [];
  return from && inner ? { projects: { from }, inner } : { projects: { after }, inner: null };
}

/** The findings of a page of projects. `found` has those of each project; none, if nothing of them is read. */
export function pageOfFindings(
  { nodes: projects, pageInfo }: Slice<ProjectRecord>,
  found: readonly (readonly Finding[])[],
  { projects: { from }, inner }: Place,
  unreadableCount: number,
): Page<TokenFindingModel, null> {
  const places: FindingPlace[] = [];
  const models: TokenFindingModel[] = [];
  for (const [index, project] of projects.entries()) {
    // The project may be gone meanwhile.
    const isBegun = index === 0 && isDeepStrictEqual(pageInfo.positionAt(0), from);
    for (const [finding, position] of itemsAfter(FINDINGS, found[index] ?? [], isBegun ? inner : null)) {
      models.push({ ...finding, project });
      places.push([index, position]);
    }
  }
  return new Page(models, new FindingPageInfo(pageInfo, places, inner !== null), null, unreadableCount);
}

type FindingPlace = readonly [project: number, position: Position];

/** Ends of a page of findings. It ends where its last project does. */
class FindingPageInfo extends PageInfo {
  readonly #projects: ListPageInfo<ProjectRecord>;
  readonly #places: readonly FindingPlace[];

  constructor(projects: ListPageInfo<ProjectRecord>, places: readonly FindingPlace[], follows: boolean) {
    super(projects.hasPreviousPage || follows, projects.hasNextPage, places.length);
    this.#projects = projects;
    this.#places = places;
  }

  cursorAt(index: number): string {
    const [project, position] = this.#places[index] ?? [];
    if (index === this.size - 1 || project === undefined || !position) return this.endCursor ?? '';
    return writeInnerCursor(TOKEN_FINDINGS.name, this.#projects.positionAt(project), position);
  }

  override get endCursor(): string | null {
    return this.#projects.endCursor;
  }
}
