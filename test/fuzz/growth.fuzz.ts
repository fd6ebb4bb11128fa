import { afterAll, beforeAll, expect, test } from 'vitest';
import { StepCounter } from '../growth/steps.ts';
import { type Facade, startFacade } from '../support/facade.ts';
import { Random } from '../support/random.ts';
import { gather, type Material } from './material.ts';

const seed = Number(process.env.FUZZ_SEED ?? 1);
/** Random places of documents that are repeated. */
const PUMPS = 60;
/** Bytes of two requests: of one that the limits let through, and of one that they may refuse. */
const SIZES = [8_000, 32_000];
/** Most steps for each byte: comparisons of fields with each other, up to the bound of graphql-js, are the most. */
const MOST_PER_BYTE = 1_000;

const { stackTraceLimit } = Error;
let material: Material;
let facade: Facade;
const counter = new StepCounter();
beforeAll(async () => {
  // The test runner looks up the source of every line of every stack, which costs more than all the rest.
  Error.stackTraceLimit = 0;
  material = await gather(seed);
  facade = await startFacade({ sharedEmulator: material.situation.emulator, env: { LOG_LEVEL: 'debug' } });
  await counter.start();
}, 120_000);
afterAll(async () => {
  Error.stackTraceLimit = stackTraceLimit;
  counter.close();
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

type Work = (body: string) => unknown;

/** Pumped documents that take more steps than their length allows. */
async function failuresOf(work: Work, pumps: number): Promise<string[]> {
  const failures: string[] = [];
  for (let index = 0; index < pumps; index += 1) {
    const make = pumped(new Random(seed, index));
    for (const size of SIZES) {
      const steps = await counter.of(() => work(JSON.stringify(make(size))));
      if (steps > MOST_PER_BYTE * size)
        failures.push(`pump ${index}, ${size} bytes: ${steps} steps: ${make(200).query}`);
    }
  }
  return failures;
}

// Nobody: a platform that is asked would do work in this process too.
const send: Work = async (body) => {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`${facade.url}/graphql`, { method: 'POST', headers, body });
  await answer.text();
};

test(`steps grow with the length of ${PUMPS} documents of seed ${seed}, and no faster`, {
  timeout: 300_000,
}, async () => {
  expect(await failuresOf(send, PUMPS)).toEqual([]);
});

test('a step that grows faster than its input is found', async () => {
  const compared: Work = (body) => {
    let equal = 0;
    for (const one of body) {
      for (const other of body.slice(0, 4_000)) if (one === other) equal += 1;
    }
    return equal;
  };

  expect(await failuresOf(compared, 1)).toHaveLength(SIZES.length);
});
