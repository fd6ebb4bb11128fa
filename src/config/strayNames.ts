/** Longest name that is compared: the distance takes time in the product of the lengths. */
const MAX_LENGTH = 64;
const MAX_REPORTED = 20;
/** Names of fewer characters are near to too many others, so one edit must do. */
const SHORT = 8;
/** Ends that are often forgotten or added. */
const ENDS = ['_MS', '_FILE', '_URL'];
/** Names that Node or the exporter of spans read, and that docs/settings.md tells of. */
const READ_BY_OTHERS = ['NODE_EXTRA_CA_CERTS', 'OTEL_EXPORTER_OTLP_HEADERS'];
/** Variables that Kubernetes and Docker set for a service whose name begins as ours do. */
const OF_SERVICES = /_(?:SERVICE_HOST|SERVICE_PORT(?:_\w+)?|PORT(?:_\d+_(?:TCP|UDP)(?:_\w+)?)?|NAME)$/;

/**
 * Warnings about variables that take no effect, and were probably meant to: near misses of ours, and all that begin with
 * `GEAI_`. No value is in them.
 */
export function strayNames(env: NodeJS.ProcessEnv, settings: ReadonlySet<string>): string[] {
  const warnings: string[] = [];
  const known = new Set([...settings, ...READ_BY_OTHERS]);
  for (const name of Object.keys(env)) {
    if (known.has(name) || name.length > MAX_LENGTH || warnings.length === MAX_REPORTED) continue;
    const meant = [...known].find((one) => isNear(name.toUpperCase(), one));
    const isOurs = /^GEAI_/i.test(name) && !OF_SERVICES.test(name);
    if (meant !== undefined) warnings.push(`${name} is not a setting and takes no effect. The nearest is ${meant}.`);
    else if (isOurs) warnings.push(`${name} is not a setting and takes no effect.`);
  }
  return warnings;
}

function isNear(name: string, known: string): boolean {
  if (ENDS.some((end) => name === known + end || name + end === known)) return true;
  return distance(name, known) <= (known.length < SHORT ? 1 : 2);
}

/** Number of characters to insert, delete, replace or swap with the next (optimal string alignment). */
function distance(one: string, other: string): number {
  if (Math.abs(one.length - other.length) > 2) return Number.POSITIVE_INFINITY;
  let [before, last]: [number[], number[]] = [[], Array.from({ length: other.length + 1 }, (_, index) => index)];
  for (let i = 1; i <= one.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= other.length; j += 1) {
      const isSame = one[i - 1] === other[j - 1];
      let least = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + (isSame ? 0 : 1));
      const isSwapped = i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1];
      if (isSwapped) least = Math.min(least, (before[j - 2] ?? 0) + 1);
      row.push(least);
    }
    [before, last] = [last, row];
  }
  return last[other.length] ?? 0;
}
