import { isJsonObject } from '../values/json.ts';

/** Levels of a value, at most. No operation has variables that are nested deeper. */
const MAX_DEPTH = 100;

/** Text of a parsed value of JSON, with sorted members: equal for equal values. Throws `RangeError` if it is nested too deep. */
export function stableJson(value: unknown): string {
  const pieces: string[] = [];
  write(value, pieces, 0);
  return pieces.join('');
}

function write(value: unknown, pieces: string[], depth: number): void {
  if (depth > MAX_DEPTH) throw new RangeError('the value is nested too deep');
  if (Array.isArray(value)) {
    pieces.push('[');
    for (const [index, element] of value.entries()) {
      if (index > 0) pieces.push(',');
      write(element, pieces, depth + 1);
    }
    pieces.push(']');
  } else if (isJsonObject(value)) {
    pieces.push('{');
    for (const [index, name] of Object.keys(value).sort().entries()) {
      pieces.push(`${index > 0 ? ',' : ''}${JSON.stringify(name)}:`);
      write(value[name], pieces, depth + 1);
    }
    pieces.push('}');
  } else pieces.push(JSON.stringify(value));
}
