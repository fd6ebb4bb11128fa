import { isObjectType } from 'graphql';
import { createSubgraph } from '../../src/graphql/schema.ts';
import { readCoverage } from '../docs/coverage.ts';
import { resolversWith } from './answers.ts';
import { KnownCursors } from './paging.ts';

/** Fields that the oracle does not answer, and where they are tested instead. */
export const UNANSWERED = [
  'MissingScope.neededBy', // a list of names of fields, in test/credentials/situations.test.ts
  'Organization.tokenFindings', // test/findings
  'Project.analytics', // test/analytics
  'Organization.analytics', // test/analytics
  // Texts for people, in test/tokenScan.
  'UnreadableProject.message',
  'ApiTokenIdentification.reason',
  'Query._service', // bounded by test/limits
  ...testedElsewhere(),
];

/** Fields with a call of their own that docs/coverage.md gives a test, unless the oracle answers them. */
function testedElsewhere(): string[] {
  const schema = createSubgraph();
  const taught: Record<string, object> = resolversWith(new KnownCursors());
  const isElsewhere = (where: string) => {
    const [typeName = '', name = ''] = where.split('.');
    const type = schema.getType(typeName);
    const reading = isObjectType(type) ? type.getFields()[name]?.extensions.reading : undefined;
    const hasOwnCall = reading?.cost !== undefined && (reading.part ?? 'key') === 'key';
    return hasOwnCall && typeName !== 'Mutation' && !(name in (taught[typeName] ?? {}));
  };
  return [...new Set(readCoverage().flatMap(({ fields }) => fields))].filter(isElsewhere);
}
