import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type ReportedFailure, reportedFailure } from '../../src/platform/envelope.ts';

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
  ['D: the member `message`', { message: [{ type: 'error', code: '11' }] }, { platformId: 11 }],
  ['not a success', { success: false }, {}],
])('%s is a failure', (_case, body, expected) => {
  expect(reportedFailure(body)).toEqual(expected);
});

test.each<[string, unknown]>([
  ['an object', { projects: [] }],
  ['a creation with its empty list of errors', { id: 'x', messages: [{ id: 0, type: 'Success' }], errors: [] }],
  ['an error with code 0', { error: { code: 0, message: '' }, success: true }],
  ['an error with code 0 as text', { error: { code: '0' } }],
  ['an empty error', { error: '' }],
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
      fc.constantFrom('errors', 'error', 'messages', 'message', 'success'),
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
