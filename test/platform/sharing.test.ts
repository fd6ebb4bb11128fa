import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { operations } from '../../src/platform/client/operations.ts';
import { Secret } from '../../src/values/secret.ts';
import { credentialOf, memories, scriptedPlatform } from './scripted.ts';

const READS = Object.values(operations).filter(({ method }) => method === 'GET');

/** Few values, so that calls often have some in common; such that look like the ends of others, too. */
const text = fc.constantFrom('a', 'b', 'a b', 'a","b', '{}');
const texts = fc.dictionary(fc.constantFrom('detail', 'skip'), text, { maxKeys: 2, noNullPrototype: true });
const call = fc.record({
  operation: fc.constantFrom(...READS),
  credential: fc.constantFrom(
    credentialOf('oauth', 'one', 'organization', 'project'),
    credentialOf('oauth', 'two', 'organization', 'project'),
  ),
  args: fc.record({ id: text, organizationId: text, projectId: text, query: texts, body: texts }, { requiredKeys: [] }),
});
/** Two calls that differ in one thing at most. */
const pair = fc
  .tuple(call, call, fc.constantFrom('operation', 'credential', 'id', 'organizationId', 'projectId', 'query', 'body'))
  .map(([one, from, name]) => {
    const isArgument = name !== 'operation' && name !== 'credential';
    const other = isArgument
      ? { ...one, args: { ...one.args, [name]: from.args[name] } }
      : { ...one, [name]: from[name] };
    return [one, other] as const;
  });
/** Without arguments that are not given. */
const given = ({ args, ...rest }: ReturnType<(typeof call)['generate']>['value']) => ({
  ...rest,
  args: JSON.parse(JSON.stringify(args)),
});
const decode = (body: unknown) => body;

test('reads that are equal in all that they are sent with are one call, and others never are', async () => {
  await fc.assert(
    fc.asyncProperty(pair, async ([one, other]) => {
      const platform = scriptedPlatform(memories());
      const ask = (what: typeof one) => platform.session().call({ ...what, decode }, null);
      const reads = [one, one, other].map(ask);
      for (const [number, { answer }] of platform.sent.entries()) answer({ number });
      const [first, again, last] = await Promise.all(reads);

      expect([first, again]).toEqual([{ number: 0 }, { number: 0 }]);
      if (isDeepStrictEqual(given(one), given(other))) return;
      expect(last).toEqual({ number: 1 });
      // What is remembered goes by the same keys.
      if (one.operation.remembered !== 'no') expect(await ask(one)).toEqual(first);
      if (other.operation.remembered !== 'no') expect(await ask(other)).toEqual(last);
    }),
    { numRuns: 500 },
  );
});

test('a read that names a token is refused: its key would hold the secret, or leave it out', async () => {
  const { session, sent } = scriptedPlatform(memories());
  const args = { id: new Secret('default_secret') };
  const credential = credentialOf('oauth', 'one', 'organization');

  await expect(session().call({ operation: operations.getProject, credential, args, decode }, null)).rejects.toThrow(
    'names a token',
  );
  expect(sent).toEqual([]);
});
