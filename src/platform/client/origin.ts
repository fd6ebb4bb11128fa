/** Headers of one attempt at a call, which name the request and the trace that it is made for. */
export interface AttemptMark {
  readonly headers: Readonly<Record<string, string>>;
  /** Span of the attempt. Null if none is recorded. */
  readonly spanId: string | null;
}

/** Request that calls are made for. The platform's log can be searched for what its marks name. */
export interface Origin {
  /** Marks the next attempt. */
  mark(): AttemptMark;
  /** Returns the work, whose time is recorded under the name if the request is traced. */
  watched<T>(name: string, work: Promise<T>): Promise<T>;
}

const NO_MARK: AttemptMark = { headers: {}, spanId: null };

/** Origin of calls that are made for no request. */
export const NO_REQUEST: Origin = { mark: () => NO_MARK, watched: (_name, work) => work };
