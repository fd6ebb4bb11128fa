/** A page of ours. */
export interface ExplorerPage {
  readonly html: string;
  /** Content policy under which the page works and nothing else does. */
  readonly contentSecurityPolicy: string;
}
