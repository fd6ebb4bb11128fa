/** The package has no types of its own. */
declare module 'negotiator' {
  export class Negotiator {
    constructor(request: { readonly headers: { readonly accept: string } });
    /** First choice of the caller among the offered types. Undefined if none is accepted. */
    mediaType(offered: readonly string[]): string | undefined;
  }
}
