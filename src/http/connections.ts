import type { Server } from 'node:http';
import { Server as NetServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** Interval of closing idle connections while the server drains. */
const SWEEP_MS = 100;

/** Bounds of a drain, in milliseconds. */
interface DrainBounds {
  /** For how long requests are still taken, so that routers see that this replica is not ready. */
  readonly delayMs: number;
  /** Silence after which a connection counts as unused: its next request may be on its way. */
  readonly quietMs: number;
  /** For how long requests under way may go on after that. */
  readonly limitMs: number;
}

/** Connections of a server, counted when they open and close, so that requests pay nothing for it. */
export class Connections {
  readonly #server: Server;
  readonly #open = new Set<Socket>();
  #isDraining = false;

  constructor(server: Server) {
    this.#server = server;
    server.on('connection', (socket) => {
      this.#open.add(socket);
      socket.once('close', () => this.#open.delete(socket));
    });
  }

  /** True if answers have to say `Connection: close`. */
  get isDraining(): boolean {
    return this.#isDraining;
  }

  /**
   * Stops listening and resolves when no connection is left. Each busy one ends with its next answer; what says nothing for a
   * while is closed. Returns the number of connections that had to be cut.
   */
  async drain({ delayMs, quietMs, limitMs }: DrainBounds): Promise<number> {
    this.#isDraining = true;
    if (delayMs > 0) await sleep(delayMs);
    const closed = this.#stopListening();
    await Promise.race([closed, sleep(quietMs, undefined, { ref: false })]);
    this.#closeUnused();
    const sweep = setInterval(() => this.#closeUnused(), SWEEP_MS);
    let cut = 0;
    const limit = setTimeout(() => {
      cut = this.#open.size;
      for (const socket of this.#open) socket.destroy();
    }, limitMs);
    await closed;
    clearInterval(sweep);
    clearTimeout(limit);
    return cut;
  }

  /** The method of `http.Server` would also close connections whose next request is on its way. */
  #stopListening(): Promise<void> {
    return new Promise((resolve) => NetServer.prototype.close.call(this.#server, () => resolve()));
  }

  #closeUnused(): void {
    this.#server.closeIdleConnections();
    // A connection that never sent a byte counts as busy until the time for a request is over.
    for (const socket of this.#open) if (socket.bytesRead === 0) socket.destroy();
  }
}
