import { type Option, text } from './optionKinds.ts';

/**
 * How a refusal is told, where the sources do not say: the HTTP status, and the id of envelope A, plain text or no body
 * (platform-api.md section 3.1, A and F). `200:6` is a failure under a success, `401:empty` what section 3.2 expects too.
 */
export type RefusalForm = `${number}:${number | 'text' | 'empty'}`;

const FORM = /^[2-5]\d\d:(\d{1,4}|text|empty)$/;
const IN_WORDS = 'an HTTP status and an error id, "text" or "empty", such as 401:6';

/** An option that says how the platform words one kind of refusal. */
export function refusal<const T extends string = never>(
  initial: RefusalForm | T,
  declared: Pick<Option<RefusalForm | T>, 'flag' | 'does' | 'topic'>,
): Option<RefusalForm | T> {
  const words = /^\d/.test(initial) ? FORM : new RegExp(`^${initial}$|${FORM.source}`);
  const form = /^\d/.test(initial) ? IN_WORDS : `"${initial}", or ${IN_WORDS}`;
  return text<RefusalForm | T>(words, form, initial, { ...declared, value: '<status:id>' });
}

/** Status and body of a refusal in that form. */
export function readForm(form: RefusalForm): { status: number; id: number | null; isEmpty: boolean } {
  const [status, body] = form.split(':');
  return { status: Number(status), id: /^\d+$/.test(body ?? '') ? Number(body) : null, isEmpty: body === 'empty' };
}
