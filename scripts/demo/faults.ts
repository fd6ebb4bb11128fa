/** What the platform can be made to do, and what is then seen in the graph. */
export const FAULTS: readonly (readonly [does: string, faults: readonly object[]])[] = [
  ['is slow', [{ route: '*', kind: 'latency', ms: 2_000 }]],
  ['is down', [{ route: '*', kind: 'status', status: 503 }]],
  ['asks to wait', [{ route: '*', kind: 'status', status: 429, retryAfter: '1', times: 2 }]],
  ['lists no assistants', [{ route: 'GET /v1/organization/assistants', kind: 'status', status: 500 }]],
  ['creates, then loses the answer', [{ route: 'POST /v2/projects/tokens', kind: 'loseAnswer', times: 1 }]],
  ['never answers', [{ route: '*', kind: 'hang', times: 1 }]],
];

/** The table, as commands for a shell. */
export function faultTable(emulatorUrl: string): string {
  const all = [...FAULTS, ['is well again', []] as const];
  const rows = all.map(([does, faults]) => [`fault '${JSON.stringify(faults)}'`, `# the platform ${does}`] as const);
  const width = Math.max(...rows.map(([command]) => command.length));
  const table = rows.map(([command, comment]) => `  ${command.padEnd(width)}  ${comment}`);
  return [`  fault() { curl -s -X PUT ${emulatorUrl}/__control/faults -d "$1"; }`, ...table].join('\n');
}
