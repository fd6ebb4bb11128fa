import { Lexer, Source, type Token, TokenKind } from 'graphql';
import { expect, test } from 'vitest';
import { filesLike, readPage } from './pages.ts';
import { MOST_WORDS } from './prose.ts';

/** A description says what a thing is, and does not ask. */
const QUESTION = /^(Whether|How|What|When|Why|Which|Where|Who)\b/;

/** Sentences of the descriptions of a schema file; code in backquotes counts as one word. */
function sentencesOf(path: string): { path: string; line: number; sentence: string }[] {
  return descriptionsOf(readPage(path)).flatMap(({ value, line }) =>
    value
      .replace(/\s+/g, ' ')
      .replace(/`[^`]*`/g, (code) => code.replace(/[ .:?!]/g, '_'))
      .split(/(?<=[.:?!]) (?=[A-Z`"])/)
      .map((sentence) => ({ path, line, sentence })),
  );
}

function descriptionsOf(sdl: string): Token[] {
  const lexer = new Lexer(new Source(sdl));
  const tokens: Token[] = [];
  for (let token = lexer.advance(); token.kind !== TokenKind.EOF; token = lexer.advance()) tokens.push(token);
  // A string in brackets is an argument of a directive.
  return tokens.filter(({ kind, prev }) => /string/i.test(kind) && prev?.kind !== TokenKind.COLON);
}

const sentences = filesLike('schema/*.graphql').flatMap(sentencesOf);

test(`a sentence of a description has ${MOST_WORDS} words at most`, () => {
  expect(sentences.length).toBeGreaterThan(500);
  expect(sentences.filter(({ sentence }) => sentence.split(' ').length > MOST_WORDS)).toEqual([]);
});

test('a sentence of a description starts with a noun or a verb', () => {
  expect(sentences.filter(({ sentence }) => QUESTION.test(sentence))).toEqual([]);
});

test('a description says that data is returned, not told', () => {
  expect(sentences.filter(({ sentence }) => /\btells?\b(?! them apart)|\bhand(s|ed)? out\b/.test(sentence))).toEqual(
    [],
  );
});
