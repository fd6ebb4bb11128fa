import type { EmulatorOptions, SeededOrganization } from '../../emulator/emulator.ts';
import { type Answer, codes, type Facade, type Request, startFacade } from '../support/facade.ts';

/** An answer with what it cost: the upstream calls by route. */
export interface Measured extends Answer {
  readonly codes: string[];
  readonly upstream: Record<string, number>;
}

/** A facade whose first organization's token is known to it, so that requests cost only what they read. */
export interface MeasuredFacade extends Facade {
  readonly organization: SeededOrganization;
  readonly other: SeededOrganization;
  /** Asks with the token of the first organization, unless told otherwise. */
  measure(document: string, variables?: Record<string, unknown>, request?: Request): Promise<Measured>;
}

/** Rows of the fan-out table (design.md 5) hold for one, a page and many. */
export const SIZES = [1, 20, 200] as const;

/** Two organizations of 210 projects: 200 of them have a token that can be borrowed. */
const MANY: EmulatorOptions = { projects: 210 };

export async function startMeasured(env: Record<string, string> = {}): Promise<MeasuredFacade> {
  const facade = await startFacade({ emulator: MANY, env });
  const [organization, other] = facade.emulator.seeded.organizations;
  if (!organization || !other) throw new Error('two organizations are needed');
  const becomeKnown = () => facade.query('{ viewer { scopes } }', { token: organization.token, tokens: [other.token] });
  return {
    ...facade,
    organization,
    other,
    measure: async (document, variables = {}, request = { token: organization.token }) => {
      await becomeKnown();
      facade.emulator.resetCalls();
      const answer = await facade.query(document, { ...request, variables });
      return { ...answer, codes: codes(answer), upstream: facade.upstream() };
    },
  };
}

/** A query of entities by reference, with `fields` read of each. */
export const entitiesQuery = (typeName: string, fields: string) =>
  `query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on ${typeName} { ${fields} } } }`;

/** The variables of `entitiesQuery`. */
export function references(typeName: string, ids: readonly string[]) {
  return { representations: ids.map((id) => ({ __typename: typeName, id })) };
}

export const idOf = ({ id }: { readonly id: string }) => id;
