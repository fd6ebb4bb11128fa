import { once } from 'node:events';
import { createServer } from 'node:net';

const given = new Set<number>();

/** A port of loopback that nothing listened on a moment ago. Another one each time. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  if (given.has(address.port)) return freePort();
  given.add(address.port);
  return address.port;
}
