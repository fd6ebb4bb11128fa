import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** What Linux tells of a process in `/proc`. Everything here throws when the process is gone. */

/** CPU time that a process, its children and all their threads have used since they started, in milliseconds. */
export function cpuMilliseconds(pid: number): number {
  return treeOf(pid).reduce((sum, one) => sum + ownCpu(one), 0);
}

/** Memory that a process tree holds now, in bytes. */
export function residentBytes(pid: number): number {
  return treeOf(pid).reduce((sum, one) => sum + ownResident(one), 0);
}

/** The port of 127.0.0.1 or of any address that a process listens on; undefined while it does not. */
export function listeningPort(pid: number): number | undefined {
  const sockets = socketsOf(pid);
  const found = socketRows(pid).find(({ state, inode }) => state === LISTENING && sockets.has(inode));
  return found && portIn(found.local);
}

interface SocketRow {
  readonly local: string;
  readonly remote: string;
  readonly state: string;
  readonly inode: string;
}

function socketRows(pid: number): SocketRow[] {
  const rows = ['tcp', 'tcp6'].flatMap((table) =>
    readFileSync(`/proc/${pid}/net/${table}`, 'utf8').trim().split('\n').slice(1),
  );
  return rows.map((row) => {
    const [, local = '', remote = '', state = '', , , , , , inode] = row.trim().split(/\s+/);
    return { local, remote, state, inode: `socket:[${inode}]` };
  });
}

function socketsOf(pid: number): ReadonlySet<string> {
  return new Set(readdirSync(`/proc/${pid}/fd`).map((fd) => linkOf(`/proc/${pid}/fd/${fd}`)));
}

function portIn(address: string): number {
  return Number.parseInt(address.split(':')[1] ?? '', 16);
}

/** Number of connections that a process has open from ports of this machine. */
export function connectionsFrom(pid: number, ports: ReadonlySet<number>): number {
  const sockets = socketsOf(pid);
  return socketRows(pid).filter(({ remote, inode }) => ports.has(portIn(remote)) && sockets.has(inode)).length;
}

const LISTENING = '0A';
const NANOSECONDS = 1e6;

/** The first number of `schedstat` is the time on a CPU, in nanoseconds: finer than the ticks of `stat`. */
function ownCpu(pid: number): number {
  const threads = readdirSync(`/proc/${pid}/task`);
  return threads.reduce((sum, thread) => {
    const [time = ''] = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ');
    return sum + Number(time) / NANOSECONDS;
  }, 0);
}

function ownResident(pid: number): number {
  const [, kilobytes] = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes ?? 0) * 1024;
}

function treeOf(root: number): number[] {
  const parents = new Map(
    readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map((name) => [Number(name), parentOf(Number(name))]),
  );
  const tree = [root];
  for (const pid of tree) tree.push(...[...parents.keys()].filter((child) => parents.get(child) === pid));
  return tree;
}

/** The name of the program, in brackets, may hold anything: what counts comes after it. */
function parentOf(pid: number): number | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(text.slice(text.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return undefined; // Gone since the folder was listed.
  }
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return ''; // Closed since the folder was listed.
  }
}
