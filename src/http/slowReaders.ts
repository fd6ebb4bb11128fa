import type { ServerResponse } from 'node:http';

/**
 * Ends the connection of a caller who takes so long for an answer. A reader of one byte a second would hold the memory of a large one for
 * weeks.
 */
export function boundWriting(answer: ServerResponse, limitMs: number): void {
  const timer = setTimeout(() => answer.destroy(), limitMs);
  timer.unref();
  answer.once('close', () => clearTimeout(timer));
}
