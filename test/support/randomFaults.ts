import { FAULT_KINDS, type FaultMember } from '../../emulator/faultParser.ts';
import type { Fault } from '../../emulator/faults.ts';
import { ROUTE_NAMES } from '../../emulator/server.ts';
import type { Random } from './random.ts';

const KINDS = Object.keys(FAULT_KINDS) as Fault['kind'][];

/** A fault of any kind that the emulator has, on one route or on all, until it is cleared or for a few calls. */
export function randomFault(random: Random, kind: Fault['kind'] = random.pick(KINDS)): Fault {
  const fault: Record<string, unknown> = {
    kind,
    route: random.chance(0.2) ? '*' : random.pick([...ROUTE_NAMES]),
    ...(random.chance(0.2) ? { times: random.between(1, 5) } : {}),
  };
  for (const [name, { isOptional, examples }] of Object.entries<FaultMember>(FAULT_KINDS[kind])) {
    if (!isOptional || random.chance(0.4)) fault[name] = random.pick(examples);
  }
  return fault as unknown as Fault;
}
