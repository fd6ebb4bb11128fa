import { FIRST_QUERY } from '../../src/http/explorer/sandboxPage.ts';
import { faultTable } from './faults.ts';
import type { People } from './people.ts';

interface Seeded {
  readonly name: string;
  readonly projects: readonly { readonly id: string; readonly name: string }[];
}

/** What a newcomer reads when the demo runs. */
export interface Welcome {
  readonly address: string;
  readonly emulatorUrl: string;
  readonly organization: Seeded;
  /** Null: everybody is let in. */
  readonly people: People | null;
}

export function welcome({ address, emulatorUrl, organization: { name, projects }, people }: Welcome): string {
  const project = projects[0];
  return `
geai-graph demo

  explorer   ${address}/           (needs no internet; its tabs are examples)
  graph      ${address}/graphql
  platform   ${emulatorUrl}           (an emulator with made-up data of "${name}")

Settings of this demo that need a decision elsewhere:
  ${people ? OF_JWT : OF_OPEN}
  GEAI_BORROW_PROJECT_TOKENS=true   the facade's token also opens the inside of every project
  CORS_ORIGINS=loopback             pages of every port of this machine may use the graph
${people ? tokensOf(people) : ''}
Paste this into the explorer:

${FIRST_QUERY.replace(/^/gm, '  ')}

or into another terminal:

  curl -s ${address}/graphql -H 'content-type: application/json' ${people ? '-H "authorization: Bearer $JWT" ' : ''}\\
    -d '{"query":"{ organization { name projects(first: 3) { nodes { name apiTokens { nodes { name status } } assistants { nodes { name } } } } } }"}'

Next, create a token for "${project?.name}":

  mutation {
    createApiToken(input: { projectId: "${project?.id}", name: "My first" }) {
      secret
      apiToken { id status }
      userErrors { code message }
    }
  }

ask the platform whether it accepts the secret:

  curl -i ${emulatorUrl}/v1/accessControl/apitoken/validate -H 'Authorization: Bearer <secret>'

block the token, and ask again:

  mutation { blockApiToken(input: { id: "<id>", reason: "trying it out" }) { apiToken { status } userErrors { message } } }

See what the graph says when the platform misbehaves. Paste the first line, then any other; each replaces the one before:

${faultTable(emulatorUrl)}

npm run demo -- --help has the options. Stop with Ctrl+C.
`;
}

const OF_OPEN = 'AUTH_MODE=open                    everybody who reaches the port uses the facade’s organization token';
const OF_JWT =
  'AUTH_MODE=jwt                     callers prove who they are; the facade uses its own organization token';

/** Tokens for the terminal and for the explorer. */
function tokensOf({ tokens }: People): string {
  const rows = tokens.map(([who, jwt]) => `  # ${who}\n  JWT=${jwt}\n`);
  return `
Tokens of the company, signed by a key of this run. In the explorer, type { "authorization": "Bearer <token>" } under Headers:

${rows.join('\n')}`;
}
