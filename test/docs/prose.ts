/** Most words of a sentence. */
export const MOST_WORDS = 20;

/** A sentence says what a thing is or does: it does not ask, nor point at something else. */
const NO_NOUN_OR_VERB =
  /^(whether|how|what|when|why|which|where|who|whoever|whose|whatever|this|that|these|those|we|it|its|you|your|they|there|here)\b/i;

export interface Sentence {
  readonly path: string;
  readonly line: number;
  readonly text: string;
}

/** Text with each piece of code as one word. */
export const withoutCode = (text: string) =>
  text.replace(/\s+/g, ' ').replace(/`[^`]*`/g, (code) => code.replace(/[ .:?!;]/g, '_'));

export const isLong = ({ text }: Sentence) =>
  text.split(' ').filter((word) => /[\p{L}\p{N}_$%]/u.test(word)).length > MOST_WORDS;
export const startsPlainly = ({ text }: Sentence) => !NO_NOUN_OR_VERB.test(text);

export const lineAt = (text: string, index: number) => text.slice(0, index).split('\n').length;
