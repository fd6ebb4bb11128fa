import { globSync, readFileSync } from 'node:fs';
import type { CodegenConfig } from '@graphql-codegen/cli';
import { print } from 'graphql';
import { readContract } from './src/graphql/sdl/contract.ts';

const MODEL = /\b(?:export (?:interface|type)|as) (\w+)Model\b/g;

/** Records behind GraphQL types: an exported type `XModel` of `resolvers/` is that of `X`. */
function modelsIn(pattern: string): Record<string, string> {
  const found = globSync(pattern).flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(MODEL)].map(([, name]) => [name, `../../${file}#${name}Model`]),
  );
  return Object.fromEntries(found.sort());
}

/** Types of the server: what resolvers take and give. */
const config: CodegenConfig = {
  schema: print(readContract()),
  generates: {
    'src/generated/resolvers.ts': {
      plugins: ['typescript', 'typescript-resolvers'],
      config: {
        federation: true,
        useTypeImports: true,
        enumsAsTypes: true,
        immutableTypes: true,
        avoidOptionals: { defaultValue: true },
        maybeValue: 'T | null',
        inputMaybeValue: 'T | null | undefined',
        contextType: '../request/context.ts#RequestContext',
        scalars: { ID: 'string', DateTime: 'string', Decimal: '../values/decimal.ts#Decimal' },
        mappers: modelsIn('resolvers/*.ts'),
      },
    },
  },
};

export default config;
