import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import { Gate } from '../../src/request/gate/gate.ts';
import { startFacade } from '../support/facade.ts';

/** More than the kernel takes for a connection. */
const LARGE = 10_000_000;
test('a caller who does not take a large answer loses the connection, and its memory comes back', async () => {
  const facade = await startFacade({
    emulator: { organizations: 1, projects: 120 },
    times: { write: 100, writeMegabyte: 10 },
  });
  onTestFinished(() => facade.close());
  const hold = vi.spyOn(Gate.prototype, 'hold');
  const aliases = Array.from({ length: 480 }, (_, index) => `a${index}${'_'.repeat(240)}: id`).join(' ');
  const body = JSON.stringify({ query: `{ organization { projects(first: 100) { nodes { ${aliases} } } } }` });
  const token = facade.emulator.seeded.organizations[0]!.token;
  const socket = connect(Number(new URL(facade.url).port), '127.0.0.1').on('error', () => undefined);
  onTestFinished(() => void socket.destroy());
  await once(socket, 'connect');
  socket.pause();
  socket.write(
    `POST /graphql HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/json\r\n` +
      `Content-Length: ${body.length}\r\n\r\n${body}`,
  );

  const [bytes] = await vi.waitUntil(() => hold.mock.calls[0]);
  expect(bytes).toBeGreaterThan(LARGE);
  const gate = hold.mock.contexts[0] as Gate;
  await vi.waitUntil(() => gate.answerBytes === 0);
  expect(socket.bytesRead).toBeLessThan(bytes);
});
