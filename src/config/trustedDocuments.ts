import { hash } from 'node:crypto';
import { isJsonObject } from '../values/json.ts';
import type { Reader } from './reader.ts';

/** A document that the operator knows, and the name by which clients ask for it. */
export interface TrustedDocument {
  readonly id: string;
  readonly text: string;
}

/** Settings about trusted documents. */
export interface TrustedDocumentsConfig {
  /** Null: there is no manifest. */
  readonly trustedDocuments: readonly TrustedDocument[] | null;
  /** True to answer no other document. */
  readonly trustedDocumentsOnly: boolean;
}

const APOLLO = 'apollo-persisted-query-manifest';
const SHA256 = /^[0-9a-f]{64}$/i;
/** A wrong tool makes every entry wrong. */
const MAX_PROBLEMS = 10;

/** Reads `TRUSTED_DOCUMENTS`, a file in the format of Apollo or of Relay. */
export function readTrustedDocuments(read: Reader): TrustedDocumentsConfig {
  const path = read.text('TRUSTED_DOCUMENTS');
  const trustedDocumentsOnly = read.boolean('TRUSTED_DOCUMENTS_ONLY', false);
  if (path === undefined) return { trustedDocuments: null, trustedDocumentsOnly };
  const text = read.file('TRUSTED_DOCUMENTS', path);
  const { documents, problems } = text === null ? NOTHING : readManifest(text);
  for (const problem of problems.slice(0, MAX_PROBLEMS)) read.wrong(`TRUSTED_DOCUMENTS: ${problem}`, null);
  const more = problems.length - MAX_PROBLEMS;
  if (more > 0) read.wrong(`TRUSTED_DOCUMENTS: ${more} more entries are wrong.`, null);
  return { trustedDocuments: documents, trustedDocumentsOnly };
}

interface Manifest {
  readonly documents: readonly TrustedDocument[];
  readonly problems: readonly string[];
}

const NOTHING: Manifest = { documents: [], problems: [] };

/** Documents of a manifest, and what is wrong with it, by line or entry. */
export function readManifest(json: string): Manifest {
  let manifest: unknown;
  try {
    manifest = JSON.parse(json);
  } catch (error) {
    return { documents: [], problems: [`the file is not JSON${placeOf(error)}.`] };
  }
  const entries = entriesOf(manifest);
  if (typeof entries === 'string') return { documents: [], problems: [entries] };
  if (entries.length === 0) return { documents: [], problems: ['the file has no documents.'] };
  const texts = new Map<string, string>();
  const problems = entries.flatMap((entry) => problemOf(entry, texts) ?? []);
  return { documents: [...texts].map(([id, text]) => ({ id, text })), problems };
}

interface Entry {
  readonly place: string;
  readonly id: unknown;
  readonly text: unknown;
}

/** Entries of either format; or why it is neither. */
function entriesOf(manifest: unknown): readonly Entry[] | string {
  if (!isJsonObject(manifest))
    return `the file takes an object: Relay's of texts by hash, or one of format \`${APOLLO}\`.`;
  const { format, version, operations } = manifest;
  if (format !== APOLLO) {
    return Object.entries(manifest).map(([id, text]) => ({ place: `entry \`${id.slice(0, 80)}\``, id, text }));
  }
  if (version !== 1 || !Array.isArray(operations))
    return `format \`${APOLLO}\` takes version 1 and a list of operations.`;
  return operations.map((operation, index) => {
    const { id, body, name } = isJsonObject(operation) ? operation : {};
    const named = typeof name === 'string' ? ` (${name.slice(0, 80)})` : '';
    return { place: `operations[${index}]${named}`, id, text: body };
  });
}

/** Reason that an entry cannot be used. Null for one that can: its text is then noted under its id. */
function problemOf({ place, id, text }: Entry, texts: Map<string, string>): string | null {
  if (typeof id !== 'string' || id === '') return `${place} has no id.`;
  if (typeof text !== 'string' || text.trim() === '') return `${place} has no text of a document.`;
  const known = texts.get(id);
  if (known !== undefined && known !== text) return `${place} has the id of an entry with another text.`;
  if (SHA256.test(id) && id.toLowerCase() !== hash('sha256', text)) {
    return `${place} has an id that is not the SHA-256 of its text.`;
  }
  texts.set(id, text);
  return null;
}

/** Place where JSON goes wrong, in the words of V8; empty if not stated. */
function placeOf(error: unknown): string {
  const [, line, column] = /\(line (\d+) column (\d+)\)/.exec(String(error)) ?? [];
  if (line === undefined) return '';
  return `: line ${line}, column ${column}`;
}
