import { readFileSync } from 'node:fs';
import { isEnumType, isInterfaceType, isObjectType } from 'graphql';
import { expect, test } from 'vitest';
import { createSubgraph } from '../src/graphql/schema.ts';
import { ERROR_CODES } from '../src/values/errorCodes.ts';

const schema = createSubgraph();
const page = readFileSync(new URL('../docs/errors.md', import.meta.url), 'utf8');

test('the codes of errors are those of `ErrorCode` in the schema', () => {
  const type = schema.getType('ErrorCode');
  const values = isEnumType(type) ? type.getValues().map(({ name }) => name) : [];

  expect(values).toEqual([...ERROR_CODES]);
});

test('the page of errors has every code, and no other', () => {
  const rows = page.split('\n').flatMap((line) => /^\| `([A-Z_]+)` \|/.exec(line)?.[1] ?? []);
  const [, ofServer = ''] = /## Codes of Apollo Server\n([^#]*)/.exec(page) ?? [];
  const named = [...ofServer.matchAll(/`([A-Z]+(?:_[A-Z]+)+)`/g)].map(([, code]) => code);

  expect([...rows, ...named].sort()).toEqual([...ERROR_CODES].sort());
});

test('every user error is a `UserError`, with a code of its own enum', () => {
  const type = schema.getType('UserError');
  const listed = Object.values(schema.getTypeMap())
    .filter(isObjectType)
    .flatMap((payload) => payload.getFields().userErrors ?? [])
    .map(({ type: list }) => String(list).replace(/[[\]!]/g, ''));
  const members = isInterfaceType(type) ? schema.getPossibleTypes(type).map(({ name }) => name) : [];

  expect(members.length).toBeGreaterThan(3);
  expect([...new Set(listed)].sort()).toEqual(members.toSorted());
  for (const name of members) {
    const member = schema.getType(name);
    const code = isObjectType(member) ? member.getFields().code : undefined;
    expect(String(code?.type)).toBe(`${name}Code!`);
  }
});
