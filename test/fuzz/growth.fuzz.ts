import { afterAll, beforeAll, expect, test } from 'vitest';
import { growth, MOST_GROWTH } from '../growth/cost.ts';
import { type Facade, startFacade } from '../support/facade.ts';
import { Random } from '../support/random.ts';
import { gather, type Material } from './material.ts';

const seed = Number(process.env.FUZZ_SEED ?? 1);
/** Random places of documents that are repeated. */
const PUMPS = 60;
/** Bytes of the smaller of two requests; the other is four times as long. */
const SIZE = 8_000;

const { stackTraceLimit } = Error;
let material: Material;
let facade: Facade;
beforeAll(async () => {
  // The test runner looks up the source of every line of every stack, which costs more than all the rest.
  Error.stackTraceLimit = 0;
  material = await gather(seed);
  facade = await startFacade({ sharedEmulator: material.situation.emulator, env: { LOG_LEVEL: 'debug' } });
}, 120_000);
afterAll(async () => {
  Error.stackTraceLimit = stackTraceLimit;
  await facade.close();
  await material.situation.close();
});

/** A document in which one part comes again and again, to about a length. */
function pumped(random: Random): (size: number) => { query: string; variables: object } {
  const { document, variables } = random.pick(random.chance(0.8) ? material.operations : material.mutations);
  const tokens = document.match(/\w+|"[^"]*"|\.{3}|[^\s\w]/g) ?? [];
  const [from, length] = [random.below(tokens.length), random.between(1, 12)];
  const part = tokens.slice(from, from + length).join(' ');
  const [head, tail] = [tokens.slice(0, from).join(' '), tokens.slice(from).join(' ')];
  return (size) => ({ query: `${head} ${`${part} `.repeat(Math.ceil(size / (part.length + 1)))} ${tail}`, variables });
}

test(`work grows with the length of ${PUMPS} documents of seed ${seed}, and no faster`, {
  timeout: 300_000,
}, async () => {
  const failures: string[] = [];
  for (let index = 0; index < PUMPS; index += 1) {
    const make = pumped(new Random(seed, index));
    // Nobody: a platform that is asked would do work in this process too.
    const send = (size: number) => {
      const body = JSON.stringify(make(size));
      const headers = { 'content-type': 'application/json' };
      return fetch(`${facade.url}/graphql`, { method: 'POST', headers, body }).then((answer) => answer.text());
    };
    const times = await growth(send, SIZE);
    if (times >= MOST_GROWTH) failures.push(`pump ${index} grows ${times.toFixed(1)} times: ${make(200).query}`);
  }

  expect(failures).toEqual([]);
});
