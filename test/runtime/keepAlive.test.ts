import { connect } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { startFacade } from '../support/facade.ts';

/** For this long, routers keep connections that nobody uses. */
const ROUTER_IDLE_SECONDS = 15;

/** Sends the text over one connection and reads until `end` answers have begun. */
function exchange(url: string, text: string, answers: number): Promise<string> {
  const { port, hostname } = new URL(url);
  const socket = connect(Number(port), hostname);
  onTestFinished(() => void socket.destroy());
  return new Promise((resolve, reject) => {
    let received = '';
    socket.setEncoding('utf8');
    socket.on('data', (chunk: string) => {
      received += chunk;
      if (received.split('{"live":true}').length > answers) resolve(received);
    });
    socket.on('error', reject);
    socket.on('close', () => reject(new Error(`closed after: ${received}`)));
    socket.write(text);
  });
}

test('an idle connection is kept longer than routers keep theirs, and serves again', async () => {
  const facade = await startFacade();
  onTestFinished(() => facade.close());
  const request = 'GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n';

  const received = await exchange(facade.url, request + request, 2);

  const seconds = [...received.matchAll(/^Keep-Alive: timeout=(\d+)/gim)].map(([, value]) => Number(value));
  expect(seconds).toHaveLength(2);
  for (const value of seconds) expect(value).toBeGreaterThan(ROUTER_IDLE_SECONDS);
});
