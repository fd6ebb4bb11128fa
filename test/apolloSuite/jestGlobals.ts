import { format } from 'node:util';
import { describe as group, test, vi, afterAll as vitestAfterAll, afterEach as vitestAfterEach } from 'vitest';
import { suite } from './expectations.ts';

export { beforeAll, beforeEach, expect } from 'vitest';
export { vi as jest };

type Body = (...row: unknown[]) => unknown;
/** Takes `done`, and calls it at its end. */
type Ending = (done: () => void) => unknown;

/** Titles of the groups around the place that is being declared. */
let titles: readonly string[] = [];

/** Declares a group. The runner calls `declare` later, when those around it are done. */
function declareGroup(title: string, declare: Body): void {
  const own = [...titles, title];
  group(title, () => {
    titles = own;
    declare();
  });
}

/** Declares a test. One that is known to fail must do so: vitest fails it if it passes. */
function declareTest(title: string, body: Body): void {
  const declare = suite.isDifference([...titles, title]) ? test.fails : test;
  declare(title, async () => void (await body()));
}

function each(declare: typeof declareTest) {
  return (rows: readonly unknown[]) => (title: string, body: Body) => {
    for (const row of rows) {
      const values = Array.isArray(row) ? row : [row];
      declare(format(title, ...values.slice(0, title.split('%').length - 1)), () => body(...values));
    }
  };
}

const skip = (title: string): void => suite.leaveOut([...titles, title]);

export const describe = Object.assign(declareGroup, { each: each(declareGroup), skip });
export const it = Object.assign(declareTest, { each: each(declareTest), skip });
export { it as test };

export function afterEach(body: Ending): void {
  const ended = () => (body.length === 0 ? body(() => undefined) : new Promise<void>((resolve) => void body(resolve)));
  vitestAfterEach(async () => void (await ended()));
}

export function afterAll(body: () => unknown): void {
  vitestAfterAll(async () => void (await body()));
}
