/** What an expression of PromQL asks for: metrics, and the labels that it reads of them. */
export interface Asked {
  readonly metrics: readonly string[];
  readonly labels: readonly string[];
}

/** Words that a list of labels follows. */
const LABEL_LISTS = new Set(['by', 'without', 'on', 'ignoring', 'group_left', 'group_right']);
/** Tokens that follow a function or an aggregation. */
const AFTER_FUNCTION = new Set(['(', 'by', 'without']);
const WORDS = new Set([...LABEL_LISTS, 'and', 'or', 'unless', 'bool', 'offset']);

const TOKEN = /"(?:[^"\\]|\\.)*"|\[[^\]]*\]|[a-zA-Z_:][\w:]*|[{}(),]|=~|!~|!=|==|>=|<=|[-+*/%^><=]|\d[\w.]*|\s+/gy;

/** Reads an expression. Throws if it has what is no PromQL that we write. */
export function askedBy(expression: string): Asked {
  const tokens = tokensOf(expression);
  const [metrics, labels]: [string[], string[]] = [[], []];
  for (let at = 0; at < tokens.length; at += 1) {
    const [token = '', next = ''] = [tokens[at], tokens[at + 1]];
    const close =
      LABEL_LISTS.has(token) && next === '(' ? tokens.indexOf(')', at) : token === '{' ? tokens.indexOf('}', at) : -1;
    if (close > 0) {
      const inside = tokens.slice(at + 1, close);
      const isSelector = token === '{';
      labels.push(
        ...inside.filter((word, place) => isWord(word) && (!isSelector || /^[=!]/.test(inside[place + 1] ?? ''))),
      );
      at = close;
    } else if (isWord(token) && !AFTER_FUNCTION.has(next) && !WORDS.has(token)) metrics.push(token);
  }
  if (metrics.length === 0) throw new Error(`no metric in: ${expression}`);
  return { metrics, labels };
}

function isWord(token: string): boolean {
  return /^[a-zA-Z_:]/.test(token);
}

function tokensOf(expression: string): string[] {
  const tokens: string[] = [];
  let end = 0;
  for (const { 0: token, index } of expression.matchAll(TOKEN)) {
    end = index + token.length;
    if (token.trim() !== '') tokens.push(token);
  }
  if (end !== expression.length) throw new Error(`not read: ${expression.slice(end)}`);
  return tokens;
}

/** Labels of each metric, and of the series of histograms. */
export type Known = ReadonlyMap<string, ReadonlySet<string>>;

/** Labels that Prometheus adds. */
const OF_SCRAPES = new Set(['instance', 'job', 'le']);

/** What an expression names that is not there. */
export function unknownIn(expression: string, known: Known): string[] {
  const { metrics, labels } = askedBy(expression);
  const missing = metrics.filter((metric) => !known.has(metric));
  const has = (label: string) => OF_SCRAPES.has(label) || metrics.some((metric) => known.get(metric)?.has(label));
  return [...missing, ...labels.filter((label) => !has(label))];
}
