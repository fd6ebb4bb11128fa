/** Something, an at sign and something, all of it visible. The platform decides if it receives mail. */
const EMAIL = /^[^\s@\p{C}\p{Default_Ignorable_Code_Point}]+@[^\s@\p{C}\p{Default_Ignorable_Code_Point}]+$/u;
const MAX_LENGTH = 254;

/** True if a text may be an e-mail address. */
export function isEmail(text: string): boolean {
  return text.length <= MAX_LENGTH && EMAIL.test(text);
}
