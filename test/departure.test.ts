import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import { expect, test } from 'vitest';
import { Departure } from '../src/request/departure.ts';

/** An answer that nothing was sent of yet, and a list of what became of its settlements. */
function departing() {
  const answer = Object.assign(new EventEmitter(), { headersSent: false, destroyed: false, socket: null });
  const departure = new Departure(answer as unknown as ServerResponse);
  const done: string[] = [];
  const add = (name: string, failure?: Error) =>
    departure.add({
      name,
      beforeSending: async () => {
        if (failure) throw failure;
        done.push(`sending ${name}`);
      },
      unsent: async () => void done.push(`unsent ${name}`),
    });
  const close = () => {
    answer.destroyed = true;
    answer.emit('close');
  };
  return { answer, departure, done, add, close };
}

test('a settled answer stays once its bytes were handed over, whatever becomes of the connection', async () => {
  const { answer, departure, done, add, close } = departing();
  add('one');
  add('two');

  expect(await departure.begin()).toBeNull();
  answer.headersSent = true;
  close();

  expect(done).toEqual(['sending one', 'sending two']);
});

test('a settled answer is undone if the caller goes away before it is sent', async () => {
  const { departure, done, add, close } = departing();
  add('one');
  await departure.begin();

  close();
  await expect.poll(() => done).toEqual(['sending one', 'unsent one']);
});

test('nothing is settled for a caller who went away before', async () => {
  const { departure, done, add, close } = departing();
  add('one');
  close();

  expect(await departure.begin()).toBeNull();
  expect(done).not.toContain('sending one');
  expect(done).toContain('unsent one');
});

test('an answer added after the caller went away is unsent at once', async () => {
  const { done, add, close } = departing();
  close();
  add('late');

  await expect.poll(() => done).toEqual(['unsent late']);
});

test('one that fails keeps the answer back, and undoes the others', async () => {
  const { departure, done, add } = departing();
  const failure = new Error('not noted');
  add('one');
  add('two', failure);
  add('three');

  expect(await departure.begin()).toBe(failure);
  expect(done).toEqual(['sending one', 'unsent one', 'unsent two', 'unsent three']);
});

test('another answer, such as an error of the server, settles nothing', async () => {
  const { answer, done, add, close } = departing();
  add('one');
  answer.headersSent = true;
  close();

  await expect.poll(() => done).toEqual(['unsent one']);
});

test('a settlement is known by its name', () => {
  const { departure, add } = departing();
  add('one');

  expect([departure.has('one'), departure.has('two')]).toEqual([true, false]);
});
