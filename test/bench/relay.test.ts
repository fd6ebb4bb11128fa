import { createServer } from 'node:http';
import { request } from 'undici';
import { expect, test } from 'vitest';
import { openRelay, outside } from '../../bench/relay.ts';

test.each([
  ['nothing', [], 10],
  ['before and after', [span(0, 5), span(25, 30)], 10],
  ['the beginning', [span(5, 14)], 6],
  ['the middle twice, with an overlap', [span(16, 18), span(12, 17)], 4],
  ['the whole', [span(9, 21)], 0],
])('the time of a request outside of calls is right where they take %s', (_what, calls, left) => {
  expect(outside(span(10, 20), calls)).toBe(left);
});

test('a relay passes all calls on, and times those with the mark', async () => {
  const platform = createServer((asked, answer) => void asked.on('end', () => answer.end(asked.url)).resume());
  await new Promise<void>((resolve) => platform.listen(0, '127.0.0.1', resolve));
  const { port } = platform.address() as { port: number };
  const relay = await openRelay({ platformUrl: `http://127.0.0.1:${port}`, mark: 'mine' });
  for (const path of ['/theirs', '/mine', '/theirs', '/mine']) {
    const { body } = await request(`${relay.url}${path}`);
    expect(await body.text()).toBe(path);
  }
  const spans = await relay.spans();

  expect(spans).toHaveLength(2);
  for (const { start, end } of spans) expect(end).toBeGreaterThan(start);
  expect(await relay.spans()).toEqual([]);
  await relay.close();
  platform.close();
});

function span(start: number, end: number) {
  return { start, end };
}
