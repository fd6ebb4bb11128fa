interface Rule {
  readonly pattern: RegExp;
  readonly leavesOut: boolean;
}

/** Whether a path of the context is left out. The last rule that fits decides; a rule for a folder is one for all in it. */
export function parseDockerignore(text: string): (path: string) => boolean {
  const rules = text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map(toRule);
  return (path) => rules.findLast(({ pattern }) => pattern.test(path))?.leavesOut ?? false;
}

function toRule(line: string): Rule {
  const leavesOut = !line.startsWith('!');
  const glob = line.slice(leavesOut ? 0 : 1).replace(/^\/|\/$/g, '');
  const source = glob
    .split(/(\*\*\/|\*\*|\*|\?)/)
    .map((part) => WILDCARDS[part] ?? part.replace(/[.+^${}()|[\]\\]/g, '\\$&'))
    .join('');
  return { pattern: new RegExp(`^${source}(?:/.*)?$`), leavesOut };
}

const WILDCARDS: Readonly<Record<string, string>> = { '**/': '(?:.*/)?', '**': '.*', '*': '[^/]*', '?': '[^/]' };
