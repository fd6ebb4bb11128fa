import { expect, test } from 'vitest';
import { FAULT_KINDS, type FaultMember, parseFaults } from '../../emulator/faultParser.ts';
import { Random } from '../support/random.ts';
import { randomFault } from '../support/randomFaults.ts';

test('random faults have every kind and every member, and are such as the emulator takes', () => {
  const faults = Array.from({ length: 2_000 }, (_, index) => randomFault(new Random(1, index)));
  const seen = new Set(faults.flatMap((fault) => Object.keys(fault).map((member) => `${fault.kind}.${member}`)));

  const all = Object.entries<Record<string, FaultMember>>(FAULT_KINDS).flatMap(([kind, members]) =>
    ['kind', 'route', 'times', ...Object.keys(members)].map((member) => `${kind}.${member}`),
  );
  expect([...seen].sort()).toEqual(all.sort());
  expect(parseFaults(JSON.parse(JSON.stringify(faults)))).toEqual(faults);
});
