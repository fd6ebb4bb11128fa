import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type ReportedFailure, reportedFailure } from '../../src/platform/client/envelope.ts';

test.each<[string, unknown, ReportedFailure]>([
  ['A: a list of errors', { errors: [{ id: 2005, description: 'Project not found' }] }, { platformId: 2005 }],
  ['A: the first of several', { errors: [{ id: 2007 }, { id: 2005 }] }, { platformId: 2007 }],
  ['A: with the id as text', { errors: [{ id: '400' }] }, { platformId: 400 }],
  ['A: with a code for an id', { errors: [{ code: 6, message: 'refused' }] }, { platformId: 6 }],
  ['A: without an id', { errors: [{ description: 'refused' }] }, {}],
  ['A: with an id that is no number', { errors: [{ id: 'E-7' }] }, {}],
  ['A: with an empty id', { errors: [{ id: '' }] }, {}],
  ['A: of plain text', { errors: ['refused'] }, {}],
  ['A: of nothing', { errors: [null] }, {}],
  [
    'B: an error with a code',
    { error: { code: 1101, message: 'no such profile' }, success: false, status: 'failed', text: '' },
    { platformId: 1101 },
  ],
  ['B: without a code', { error: { message: 'refused' } }, {}],
  ['B: that only says that it is none', { error: { code: 0 }, success: false }, {}],
  ['C: an error of text', { error: 'refused' }, {}],
  ['D: a bare list of messages', [{ description: 'refused', type: 'Error' }], {}],
  ['D: with an id', [{ id: 2032, type: 'error' }], { platformId: 2032 }],
  ['D: a failure behind a success', [{ type: 'Success' }, { id: 9, type: 'ERROR' }], { platformId: 9 }],
  ['D: the member `messages`', { id: 'x', messages: [{ id: 9, type: 'error' }], errors: [] }, { platformId: 9 }],
  ['D: one message that is no list', { messages: { id: 7, type: 'Error' } }, { platformId: 7 }],
  ['D: the member `message`', { message: [{ type: 'error', code: '11' }] }, { platformId: 11 }],
  ['not a success', { success: false }, {}],
  ['not a success, in text', { success: 'false' }, {}],
  ['errors as one object', { errors: { id: 6, description: 'refused' } }, { platformId: 6 }],
  ['errors as a map', { errors: { name: { code: '2007' } } }, { platformId: 2007 }],
  ['errors as a map of texts', { errors: { name: ['is empty'] } }, {}],
  ['errors as a text', { errors: 'refused' }, {}],
  ['an error that is true', { error: true }, {}],
  ['an error as a number', { error: 401 }, { platformId: 401 }],
  ['an error as a number in text', { error: '6' }, { platformId: 6 }],
  ['a fault', { fault: { faultstring: 'refused', code: 7 } }, { platformId: 7 }],
  ['a fault as a text', { fault: 'refused' }, {}],
  ['a code and a message', { code: 500, message: 'internal' }, { platformId: 500 }],
  ['a code in words and a message', { code: 'E_AUTH', message: 'refused' }, {}],
  ['an HTTP status', { status: 500 }, { platformId: 500 }],
  ['an HTTP status in text', { status: '401', message: 'Unauthorized' }, { platformId: 401 }],
  ['a status in words', { status: 'Failed' }, {}],
  ['an id that another member gives', { error: 'Unauthorized', status: 401 }, { platformId: 401 }],
])('%s is a failure', (_case, body, expected) => {
  expect(reportedFailure(body)).toEqual(expected);
});

test.each<[string, unknown]>([
  ['an object', { projects: [] }],
  ['a creation with its empty list of errors', { id: 'x', messages: [{ id: 0, type: 'Success' }], errors: [] }],
  ['an error with code 0', { error: { code: 0, message: '' }, success: true }],
  ['an error with code 0 as text', { error: { code: '0' } }],
  ['an empty error', { error: '' }],
  // GeneXus services leave out empty members (platform-api.md 4).
  ['an error of no members', { id: 'x', error: {} }],
  ['an error of empty members', { id: 'x', error: { code: null, message: '' } }],
  ['an error with an empty code', { error: { code: '' } }],
  ['no error', { error: null, errors: null, messages: null, message: null }],
  ['messages that all went well', [{ description: 'done', type: 'Success' }]],
  ['E: messages that are an object', { messages: { description: 'There are no policies' } }],
  ['a message of text', { message: 'error' }],
  ['an empty list', []],
  ['a list of records', [{ id: 5, name: 'error' }]],
  ['F: no body', undefined],
  ['F: text', 'error'],
  ['null', null],
  ['a number', 500],
  ['an error that is false', { error: false, errors: false, fault: false }],
  ['errors that are an empty object', { errors: {} }],
  ['a status of a limit', { status: 4, hardLimit: 2000 }],
  ['a status of a token', { status: 'Active' }],
  ['a status of a deletion', { status: 'deleted' }],
  ['a code without a message', { code: 'DE', name: 'Germany' }],
  ['a code of success', { code: 0, message: 'done' }],
  ['success in text', { success: 'true' }],
])('%s is not a failure', (_case, body) => {
  expect(reportedFailure(body)).toBeNull();
});

test('every envelope tells the same id, as a number or as text', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1 }), fc.boolean(), fc.constantFrom('id', 'code'), (id, asText, member) => {
      const item = { [member]: asText ? String(id) : id };
      const message = { ...item, type: 'Error' };
      for (const body of [
        { errors: [item] },
        { error: item },
        [message],
        { messages: [message] },
        { message: [message] },
      ]) {
        expect(reportedFailure(body)).toEqual({ platformId: id });
      }
    }),
  );
});

test('no body breaks it, and it never hands on a text of the platform', () => {
  fc.assert(
    fc.property(
      fc.jsonValue(),
      fc.constantFrom('errors', 'error', 'messages', 'message', 'success', 'fault', 'status', 'code'),
      (value, member) => {
        for (const body of [value, [value], { [member]: value }, { [member]: [value] }]) {
          const { platformId, ...rest } = reportedFailure(body) ?? {};
          expect(rest).toEqual({});
          expect(platformId === undefined || Number.isInteger(platformId)).toBe(true);
        }
      },
    ),
  );
});
