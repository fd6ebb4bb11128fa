/** The package has no types of its own. */
declare module 'negotiator' {
  export class Negotiator {
    constructor(request: { readonly headers: { readonly accept?: string; readonly 'accept-encoding'?: string } });
    /** First choice of the caller among the offered types. Undefined if none is accepted. */
    mediaType(offered: readonly string[]): string | undefined;
    /** The same for encodings; those that are equally welcome come in the order of `preferred`. */
    encoding(offered: readonly string[], options: { readonly preferred: readonly string[] }): string | undefined;
  }
}
