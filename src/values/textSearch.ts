/** Accents of Latin, Greek and Cyrillic letters, which NFKD takes off them, and characters that do not show. */
const UNCOMPARED =
  /[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f\p{Default_Ignorable_Code_Point}]/gu;

const NOT_ASCII = /[\u0080-\uffff]/;

/** A text in the form in which texts are searched: without case, accents, and characters that do not show. */
export function searchable(text: string): string {
  if (!NOT_ASCII.test(text)) return text.toLowerCase();
  const plain = text.normalize('NFKD').replace(UNCOMPARED, '');
  // By way of upper case, which knows ß, lower case of ẞ, as SS. Sigma has two lower cases, of which one ends words.
  const folded = plain.toLowerCase().toUpperCase().toLowerCase().replaceAll('ς', 'σ');
  // Put together again: 가 begins 각 only while both are in parts.
  return folded.normalize('NFKD').replace(UNCOMPARED, '').normalize('NFC');
}
