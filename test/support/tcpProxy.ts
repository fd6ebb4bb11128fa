import type { AddressInfo } from 'node:net';
import { connect, createServer, type Socket } from 'node:net';

/** A line that can be slow, or lead elsewhere. */
export interface TcpProxy {
  readonly port: number;
  /** Delays what goes to the target from now on. Milliseconds. */
  delay(ms: number): void;
  /** Leads to another port. Connections that are open are cut, as a failover does. */
  retarget(port: number): void;
  /** Leads new connections to another port. Open ones stay open and lead nowhere, as when a machine is gone without a word. */
  strand(port: number): void;
  close(): Promise<void>;
}

/** Starts a proxy in front of a port of loopback. Close it when done. */
export async function startTcpProxy(targetPort: number): Promise<TcpProxy> {
  let [target, delayMs] = [targetPort, 0];
  const sockets = new Set<Socket>();
  let era = 0;
  const server = createServer((socket) => {
    const onward = connect(target, '127.0.0.1');
    const own = era;
    for (const [one, other] of [
      [socket, onward],
      [onward, socket],
    ] as const) {
      sockets.add(one);
      one.once('close', () => {
        sockets.delete(one);
        other.destroy();
      });
      one.on('error', () => other.destroy());
    }
    socket.on('data', (data) => {
      if (own !== era) return;
      // What is sent at once stays in order, since a delay of zero is none.
      if (delayMs === 0) onward.write(data);
      else setTimeout(() => onward.write(data), delayMs).unref();
    });
    onward.pipe(socket);
  });
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    delay: (ms) => {
      delayMs = ms;
    },
    retarget: (port) => {
      target = port;
      cut();
    },
    strand: (port) => {
      target = port;
      era += 1;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        cut();
      }),
  };
}
