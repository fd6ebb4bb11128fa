import { expect, test } from 'vitest';
import { readAnswer } from '../../src/platform/client/answer.ts';
import { PlatformError } from '../../src/platform/client/errors.ts';
import { WRITES } from './endpoints.ts';
import { credentialOf } from './scripted.ts';

const credential = credentialOf('organization', 'manager', 'mine');

const WORDS = [
  { message: 'The service is busy' },
  { messages: { description: 'No such thing' } },
  { messages: 'Sign in' },
  ['Nothing was changed'],
  { status: 'Active', message: 'Nothing was changed' },
];

test.each(WRITES.map((endpoint) => [endpoint.name, endpoint] as const))(
  '%s is not taken for done when the answer says something in words',
  (_name, endpoint) => {
    for (const body of WORDS) {
      const answer = readAnswer(endpoint, { status: 200, headers: {}, body: JSON.stringify(body) }, credential);

      expect(answer).toBeInstanceOf(PlatformError);
      expect(answer).toMatchObject({ kind: 'OUTCOME_UNKNOWN' });
    }
  },
);
