/** Says whether pages of an origin may read answers. */
export type OriginRule = (origin: string) => boolean;

/** Longer than any that a browser sends. */
const MAX_ORIGIN_LENGTH = 300;
const LOOPBACK = /^https?:\/\/(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d{1,5})?$/;
const WILDCARD = /^https:\/\/\*(\.[a-z0-9-]+){2,}(:\d{1,5})?$/;
const SUBDOMAINS = /^[a-z0-9-]+(?:\.[a-z0-9-]+)*$/;

/** Every origin of the machine that the browser runs on. */
export const LOOPBACK_WORD = 'loopback';

/** Rule for an exact origin, for all subdomains of a host, or for loopback. Null if the text is none of them. */
export function parseOrigin(text: string): OriginRule | null {
  if (text === LOOPBACK_WORD) return (origin) => LOOPBACK.test(origin);
  if (WILDCARD.test(text)) return subdomainsOf(text);
  return isOrigin(text) ? (origin) => origin === text : null;
}

/** True if the text is as browsers send it: no path, no default port, nothing in upper case. */
function isOrigin(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && /^https?:$/.test(url.protocol) && url.origin === text && !text.includes('*');
}

function subdomainsOf(text: string): OriginRule {
  const [start, end] = ['https://', text.slice('https://*'.length)];
  return (origin) =>
    origin.startsWith(start) && origin.endsWith(end) && SUBDOMAINS.test(origin.slice(start.length, -end.length));
}

/** One rule out of many. */
export function anyOf(rules: readonly OriginRule[]): OriginRule {
  return (origin) => origin.length <= MAX_ORIGIN_LENGTH && rules.some((rule) => rule(origin));
}
