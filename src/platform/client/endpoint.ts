import type { Secret } from '../../values/secret.ts';
import type { Credential, CredentialKind } from './credential.ts';
import type { Decode } from './decoder.ts';
import { type Body, type HeaderTarget, type QueryParameters, type Request, requestMaker } from './request.ts';

/** Subject of answers. A write names the families that it changes, and ends all that is known of those. */
export type Family =
  | 'identity'
  | 'organizations'
  | 'projects'
  | 'apiTokens'
  | 'assistants'
  | 'requests'
  | 'usageLimits'
  | 'members'
  | 'analytics'
  | 'catalogue';

/** Milliseconds that answers may be kept. None longer than versions of scopes live (`src/cache/`). */
export const KEPT_MS = { forSeconds: 5_000, forMinutes: 300_000 } as const;

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';
type Route = `${Method} /${string}`;

/** One call of the platform's API. `Kind` are the credentials that it takes; `Endpoint` alone stands for any. */
export interface Endpoint<Kind extends CredentialKind = never, Args = never, Value = unknown> {
  /** Method and template: the only form of a path that may be logged, counted or shown. */
  readonly route: string;
  /** The route; with a number where an endpoint before it has the same one and reads the answer in another way. */
  readonly name: string;
  readonly method: Method;
  /** In order of preference. */
  readonly accepts: readonly CredentialKind[];
  /** Names of the placeholders in its path. */
  readonly placeholders: readonly string[];
  /** True if it changes nothing, so that it may be sent again. */
  readonly isRead: boolean;
  /** Family of a read, null for a write. */
  readonly family: Family | null;
  /** Milliseconds that an answer may be kept. Zero if it is asked for every time. */
  readonly keptMs: number;
  /** Families of answers that a write changes. */
  readonly changes: readonly Family[];
  /** True if a token is in the path. Platform error ids 5 and 6 may mean it, and nothing is shared or kept. */
  readonly hasTokenInPath: boolean;
  /** True if HTTP 404 alone means an absent object. Otherwise the endpoint itself may be missing. */
  readonly isAbsentOn404: boolean;
  /** True if amounts in the answer may have more digits than a binary number holds. */
  readonly hasAmounts: boolean;
  /** Request of a call. Throws `URIError` for text that cannot be encoded. */
  readonly request: (args: Args, credential: Credential<Kind>) => Request;
  readonly decode: Decode<Value>;
}

/** Names of the placeholders in a route: `projectId` of `GET /v1/project/{projectId}`. */
type Params<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}` ? Name | Params<Rest> : never;

/** Arguments of a call: values in the path by name, the target, and the source of query and body. */
export type Arguments<Text extends string, Token extends string, Targeted extends HeaderTarget, Queried, Sent> = {
  readonly [Name in Params<Text>]: Name extends Token ? Secret : string;
} & { readonly [Name in `${Targeted}Id`]: string } & Queried &
  Sent;

interface Declaration<Text extends Route, Kind extends CredentialKind, Token, Targeted, Queried, Value> {
  readonly route: Text;
  readonly accepts: readonly Kind[];
  /** The placeholder that takes a token. */
  readonly tokenInPath?: Token;
  /** Object of the call, named in a header by `projectId` or `organizationId` of the arguments. */
  readonly target?: Targeted;
  /** Spells that header as the context of users, `ProjectId`, where the reference has no other (platform-api.md 1.2). */
  readonly targetAs?: 'context';
  readonly query?: (args: Queried) => QueryParameters;
  readonly isAbsentOn404?: boolean;
  readonly hasAmounts?: boolean;
  readonly decode: Endpoint<Kind, never, Value>['decode'];
}

export interface ReadDeclaration<Text extends Route, Kind extends CredentialKind, Token, Targeted, Queried, Value>
  extends Declaration<Text, Kind, Token, Targeted, Queried, Value> {
  readonly family: Family;
  /** Never for an answer with secrets or personal texts in it, nor for a route with a token in it. */
  readonly keptMs?: [Token] extends [never] ? number : never;
}

interface WriteDeclaration<Text extends Route, Kind extends CredentialKind, Token, Targeted, Queried, Sent, Value>
  extends Declaration<Text, Kind, Token, Targeted, Queried, Value> {
  readonly changes: readonly Family[];
  readonly body?: (args: Sent) => Body;
}

/** Declares a call that changes nothing. A GET with a side effect is a `write`, since reads are sent again. */
export function read<
  const Text extends `GET /${string}`,
  const Kind extends CredentialKind,
  Value,
  Token extends Params<Text> = never,
  Targeted extends HeaderTarget = never,
  Queried = unknown,
>(
  declared: ReadDeclaration<Text, Kind, Token, Targeted, Queried, Value>,
): Endpoint<Kind, Arguments<Text, Token, Targeted, Queried, unknown>, Value> {
  const { family, keptMs = 0 } = declared;
  return endpoint(declared, { isRead: true, family, keptMs, changes: [] });
}

/** Declares a call that may change something, and is sent once. */
export function write<
  const Text extends Route,
  const Kind extends CredentialKind,
  Value,
  Token extends Params<Text> = never,
  Targeted extends HeaderTarget = never,
  Queried = unknown,
  Sent = unknown,
>(
  declared: WriteDeclaration<Text, Kind, Token, Targeted, Queried, Sent, Value>,
): Endpoint<Kind, Arguments<Text, Token, Targeted, Queried, Sent>, Value> {
  return endpoint(declared, { isRead: false, family: null, keptMs: 0, changes: declared.changes });
}

/** Number of endpoints of each route. */
const defined = new Map<string, number>();

function endpoint<Kind extends CredentialKind, Args, Value>(
  declared: Declaration<Route, Kind, string, HeaderTarget, never, Value> & { readonly body?: (args: never) => Body },
  traits: Pick<Endpoint, 'isRead' | 'family' | 'keptMs' | 'changes'>,
): Endpoint<Kind, Args, Value> {
  const { route, accepts, tokenInPath, isAbsentOn404 = false, hasAmounts = false, decode } = declared;
  const count = (defined.get(route) ?? 0) + 1;
  defined.set(route, count);
  const name = count === 1 ? route : `${route} (${count})`;
  const [method = 'GET', template = ''] = route.split(' ') as [Method, string];
  const { placeholders, request } = requestMaker<Args>({ ...declared, name, template, method });
  return {
    ...{ route, name, method, accepts, placeholders, request, decode, ...traits },
    ...{ hasTokenInPath: tokenInPath !== undefined, isAbsentOn404, hasAmounts },
  };
}
