import { globSync, readFileSync } from 'node:fs';
import { analyse } from 'scslre';
import { parseSync } from 'vite';
import { describe, expect, test } from 'vitest';

interface Expression {
  readonly pattern: string;
  readonly flags: string;
}

/** Regular expressions of a source text, and calls that make some at run time. */
async function expressionsOf(file: string, text: string) {
  const { program, errors } = await parseSync(file, text);
  expect(errors).toEqual([]);
  const found: { literals: Expression[]; built: string[] } = { literals: [], built: [] };
  const look = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    if ('regex' in node && node.regex) found.literals.push(node.regex as Expression);
    const { callee, start, end } = node as { callee?: { name?: string }; start: number; end: number };
    if (callee?.name === 'RegExp') found.built.push(text.slice(start, end));
    for (const member of Object.values(node)) look(member);
  };
  look(program);
  return found;
}

/** Ways in which an expression takes more steps than its input is long. */
const superLinear = ({ pattern, flags }: Expression) =>
  analyse({ source: pattern, flags }).reports.map(
    ({ type, character }) => `/${pattern}/${flags}: ${type} by many "${character.pick}"`,
  );

describe('regular expressions', () => {
  test('take no more steps than their input is long', async () => {
    const files = globSync('src/**/*.ts').filter((file) => !file.startsWith('src/generated/'));
    const found = await Promise.all(files.map((file) => expressionsOf(file, readFileSync(file, 'utf8'))));

    expect(found.flatMap(({ literals }) => literals).length).toBeGreaterThan(50);
    expect(found.flatMap(({ literals }) => literals.flatMap(superLinear))).toEqual([]);
    // What is put together at run time cannot be looked at here.
    expect(found.flatMap(({ built }) => built)).toEqual([]);
  });

  test.each(['/^(a+)+$/', '/a+$/', '/^\\s*x?\\s*$/', '/(?:a|a)*b/'])('like %s are found', async (literal) => {
    const { literals } = await expressionsOf('x.ts', `export const x = ${literal};`);

    expect(literals.flatMap(superLinear)).not.toEqual([]);
  });
});
