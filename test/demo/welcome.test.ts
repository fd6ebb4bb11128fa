import { parse } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Emulator, startEmulator } from '../../emulator/emulator.ts';
import { FAULTS, faultTable } from '../../scripts/demo/faults.ts';
import { invitePeople } from '../../scripts/demo/people.ts';
import { welcome } from '../../scripts/demo/welcome.ts';
import { codes, startFacade } from '../support/facade.ts';

let emulator: Emulator;
beforeAll(async () => {
  emulator = await startEmulator({ projects: 2, control: true });
});
afterAll(() => emulator.close());

const text = (people: Parameters<typeof welcome>[0]['people'] = null) =>
  welcome({
    address: 'http://127.0.0.1:4000',
    emulatorUrl: emulator.url,
    organization: emulator.seeded.organizations[0]!,
    people,
  });

test('every fault of the table is one that the emulator takes', async () => {
  for (const [does, faults] of FAULTS) {
    const body = JSON.stringify(faults);
    const answer = await fetch(`${emulator.url}/__control/faults`, { method: 'PUT', body });
    expect(answer.status, does).toBe(200);
    expect(faultTable(emulator.url)).toContain(`fault '${body}'`);
  }
  expect((await fetch(`${emulator.url}/__control/faults`, { method: 'PUT', body: '[]' })).status).toBe(200);
});

test('every operation of the text can be parsed, and no token of the facade is in it', () => {
  const operations = text().match(/^ {2}(query|mutation)[\s\S]*?^ {2}\}/gm) ?? [];

  expect(operations.length).toBeGreaterThanOrEqual(2);
  for (const operation of operations) expect(() => parse(operation)).not.toThrow();
  expect(text()).not.toContain(emulator.seeded.organizations[0]!.token);
});

test('people of the demo do what their tokens say, and their key goes with the run', async () => {
  const people = await invitePeople();
  const GEAI_TOKENS = emulator.seeded.organizations[0]!.token;
  const facade = await startFacade({ sharedEmulator: emulator, env: { ...people.env, GEAI_TOKENS } });
  try {
    const projectId = emulator.seeded.organizations[0]!.projects[0]!.id;
    const create = `mutation { createApiToken(input: { projectId: "${projectId}", name: "Mine" }) { userErrors { code } } }`;
    const [ada, bob] = people.tokens.map(([, token]) => token);

    expect(codes(await facade.query(create, { token: ada! }))).toEqual([]);
    expect(codes(await facade.query(create, { token: bob! }))).toEqual(['FORBIDDEN']);
    expect(codes(await facade.query('{ organization { name } }', { token: bob! }))).toEqual([]);
    for (const token of [ada!, bob!]) expect(text(people)).toContain(token);
  } finally {
    await facade.close();
    await people.leave();
  }
});
