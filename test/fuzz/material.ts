import fc from 'fast-check';
import { PERMISSIONS } from '../../src/access/permissions.ts';
import { createSubgraph } from '../../src/graphql/schema.ts';
import { type Restricted, startRestricted } from '../access/restricted.ts';
import { mutations, type Operation, operations } from '../oracle/operations.ts';
import { inputsOf, type Setting } from '../support/examples.ts';
import type { Random } from '../support/random.ts';

/** What is valid: generators take it as it is, in parts, or broken. */
export interface Material {
  readonly situation: Restricted;
  readonly operations: readonly Operation[];
  readonly mutations: readonly Operation[];
  /** Platform tokens that open something, and some that do not any more. */
  readonly tokens: readonly string[];
  readonly jwts: readonly string[];
  /** Ids of every type, handles among them. */
  readonly ids: readonly string[];
  /** Names, punctuators and values that documents are made of. */
  readonly words: readonly string[];
}

/** They take away what the other requests are about. */
const FINAL = new Set(['deleteOrganization', 'deleteProject']);

/** Starts an emulator and an issuer, and collects what they hold. Close `situation` when done. */
export async function gather(seed: number): Promise<Material> {
  const situation = await startRestricted();
  const schema = createSubgraph();
  const sampled = fc.sample(operations(schema, { ...situation.operationOptions, maxDepth: 4 }), { numRuns: 400, seed });
  const projects = situation.projects.flatMap(({ id, apiTokens, assistants }) => [
    id,
    ...apiTokens.map((token) => token.id),
    ...(assistants ?? []).map((assistant) => assistant.id),
  ]);
  const texts = sampled.map(({ document }) => document).join(' ');
  return {
    situation,
    operations: sampled,
    mutations: sampleMutations(situation, seed),
    tokens: [
      ...situation.model.organizations.map(({ token }) => token),
      ...situation.model.users.map(({ token }) => token),
      ...situation.projects.flatMap(({ apiTokens }) => apiTokens.map(({ secret }) => secret)),
    ],
    jwts: await sampleJwts(situation),
    ids: [...situation.model.organizations.map(({ id }) => id), ...projects],
    words: [...new Set([...(texts.match(/\w+|\S/g) ?? []), ...Object.keys(schema.getTypeMap()), ...ODD_WORDS])],
  };
}

const ODD_WORDS = [
  '...',
  '@',
  '"',
  '"""',
  '$',
  '&',
  '#',
  '\\',
  '\u0000',
  '\ufeff',
  '😀',
  'null',
  'on',
  '-0',
  '1e999',
  '__proto__',
];

/** The inputs of every mutation, each over several selections. */
function sampleMutations({ model, operationOptions }: Restricted, seed: number): Operation[] {
  const schema = createSubgraph();
  const [one, other] = model.organizations;
  let names = 0;
  const settings = one!.projects.map(
    (project): Setting => ({
      organizationId: one!.id,
      otherOrganization: { id: other!.id, name: other!.name },
      project,
      apiTokenId: project.apiTokens.at(-1)!.id,
      member: { id: project.id, email: 'ana@acme.example' },
      unusedName: () => `Fuzz ${names++}`,
    }),
  );
  const selections = mutations(schema, operationOptions);
  return Object.keys(schema.getMutationType()!.getFields())
    .filter((name) => !FINAL.has(name))
    .flatMap((name) => settings.flatMap((setting) => inputsOf(name).map((input) => ({ name, input: input(setting) }))))
    .flatMap((change) => fc.sample(selections([change]), { numRuns: 2, seed }));
}

/** Tokens of the company of every kind of caller, and some that are not accepted. */
async function sampleJwts({ issuer, model, projects }: Restricted): Promise<string[]> {
  const scope = PERMISSIONS.join(' ');
  const organizations = model.organizations.map(({ id }) => id);
  const claims = [
    { scope, organizations, projects: projects.map(({ id }) => id) },
    { scope, organizations: organizations.slice(0, 1), projects: projects.slice(0, 2).map(({ id }) => id) },
    { organizations, projects: projects.map(({ id }) => id) },
    { scope, organizations: [], projects: [] },
    { scope: '', organizations },
    { scope, exp: 1 },
    { scope, iss: 'https://other.test' },
    { scope, organizations: 'x'.repeat(3_000) },
    { scope: 7, organizations: { a: 1 }, projects: [null, [], 3] },
  ];
  return Promise.all(claims.map((claim) => issuer.token(claim)));
}

/** Text with one to three small changes. */
export function mutated(random: Random, text: string): string {
  let changed = text;
  for (let left = random.between(1, 3); left > 0; left -= 1) {
    const [at, length] = [random.below(changed.length + 1), random.between(1, 8)];
    const [head, tail] = [changed.slice(0, at), changed.slice(at)];
    changed = random.oneOf(
      [3, () => head + tail.slice(length)],
      [3, () => head + random.pick(ODD_CHARACTERS) + tail.slice(1)],
      [2, () => head + tail.slice(0, length) + tail],
      [1, () => head],
      [1, () => tail],
      [1, () => head + tail.slice(0, length).toUpperCase() + tail.slice(length)],
      [1, () => changed + changed.slice(0, 200)],
    );
  }
  return changed;
}

const ODD_CHARACTERS = [...'aZ09-_=.,:;/+ {}[]()"\'\\%&?#@!$*~`<>|^', '\t', 'é', '\u2028', '😀'];
