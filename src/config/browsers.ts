import { anyOf, type OriginRule, parseOrigin } from './origins.ts';
import { quoted } from './plainReader.ts';
import type { Reader } from './reader.ts';

/** Page at `/`: GraphiQL from this server, Apollo Sandbox from the internet, or none. */
const EXPLORERS = ['graphiql', 'sandbox', 'off'] as const;
export type Explorer = (typeof EXPLORERS)[number];

/** Origins of the hosted Sandbox's requests, in a developer's browser. */
export const SANDBOX_ORIGINS: readonly string[] = [
  'https://studio.apollographql.com',
  'https://sandbox.embed.apollographql.com',
];

/** Settings for browsers. */
export interface BrowserConfig {
  readonly explorer: Explorer;
  /** True if callers may read the schema. */
  readonly introspection: boolean;
  /** Origins whose pages may read answers. Null: none. */
  readonly allowsOrigin: OriginRule | null;
}

export function readBrowsers(read: Reader, isProduction: boolean): BrowserConfig {
  const explorer = readExplorer(read, isProduction ? 'off' : 'graphiql');
  return {
    explorer,
    introspection: read.boolean('INTROSPECTION', explorer !== 'off'),
    allowsOrigin: readOrigins(read, explorer === 'off' || isProduction ? [] : SANDBOX_ORIGINS),
  };
}

/** `true` and `false` were the values before there were two explorers. */
function readExplorer(read: Reader, fallback: Explorer): Explorer {
  const chosen = read.choice('EXPLORER', [...EXPLORERS, 'true', 'false'], fallback);
  if (chosen === 'true') return 'graphiql';
  return chosen === 'false' ? 'off' : chosen;
}

function readOrigins(read: Reader, fallback: readonly string[]): OriginRule | null {
  const words = read.words('CORS_ORIGINS');
  if (words.length === 1 && words[0] === 'none') return null;
  const origins = words.length > 0 ? words : fallback;
  const rules = origins.flatMap((origin) => parseOrigin(origin) ?? []);
  const wrong = origins.filter((origin) => parseOrigin(origin) === null).map(correction);
  if (wrong.length > 0) {
    const forms = 'https://app.example.com, https://*.example.com, loopback, or none alone';
    return read.wrong(`CORS_ORIGINS takes ${forms}; it holds ${wrong.join(', ')}.`, null);
  }
  return rules.length > 0 ? anyOf(rules) : null;
}

/** Names what is wrong with an origin. A long text may be a secret in the wrong place. */
function correction(text: string): string {
  const origin = URL.parse(text)?.origin;
  if (origin?.startsWith('http') && !origin.includes('*')) return `another spelling of ${origin}`;
  return quoted(text);
}
