import { expect, test } from 'vitest';
import { checkBytes, checkSame } from '../../bench/load.ts';

const body = (value: unknown) => Buffer.from(JSON.stringify(value));

test('a body that differs in one byte from the checked one is refused', () => {
  const expected = body({ data: { project: { name: 'Support' } } });

  expect(() => checkBytes(Buffer.from(expected), expected)).not.toThrow();
  expect(() => checkBytes(body({ data: { project: { name: 'Supporl' } } }), expected)).toThrow(/differs/);
  expect(() => checkBytes(expected.subarray(0, -1), expected)).toThrow(/differs/);
});

test('answers that say something else are refused before anything is measured', () => {
  const reference = body({ data: { nodes: [{ id: '1' }, { id: '2' }] } });

  expect(() => checkSame(Buffer.from(`${reference}\n`), reference, 'F')).not.toThrow();
  expect(() => checkSame(body({ data: { nodes: [{ id: '2' }, { id: '1' }] } }), reference, 'F')).toThrow(
    /something else/,
  );
  expect(() => checkSame(body({ data: { nodes: [{ id: '1' }] } }), reference, 'F')).toThrow(/something else/);
});

test('equal answers that are errors are no answers', () => {
  const failed = body({ data: { project: null }, errors: [{ message: 'down' }] });

  expect(() => checkSame(failed, failed, 'F')).toThrow(/errors/);
});
