/** Bytes of a body that is parsed as it comes. */
const SMALL = 4_096;

/** Bytes of other bodies that are parsed in one turn: with all that follows, about 1 ms of work. */
export const BYTES_OF_TURN = 64 * 1024;

/** Share of the bytes that wait, which a turn parses if that is more. So they cannot pile up. */
const SHARE = 1 / 8;

interface Waiting {
  readonly bytes: number;
  readonly parse: () => void;
}

/** Turns of the event loop in which bodies are parsed, first come, first served. All that arrive together would make one long turn. */
export class BodyTurns {
  readonly #waiting: Waiting[] = [];
  readonly #nextTurn: (then: () => void) => void;
  #bytes = 0;
  #room = BYTES_OF_TURN;
  #isScheduled = false;

  constructor(nextTurn: (then: () => void) => void = setImmediate) {
    this.#nextTurn = nextTurn;
  }

  /** Parses a body at once if it is small or this turn has room, and otherwise in a later turn. */
  take(bytes: number, parse: () => void): void {
    if (bytes <= SMALL) parse();
    else if (this.#waiting.length === 0 && this.#room > 0) this.#parse({ bytes, parse });
    else {
      this.#waiting.push({ bytes, parse });
      this.#bytes += bytes;
    }
  }

  #parse({ bytes, parse }: Waiting): void {
    this.#room -= bytes;
    if (!this.#isScheduled) this.#nextTurn(this.#turn);
    this.#isScheduled = true;
    parse();
  }

  readonly #turn = (): void => {
    this.#isScheduled = false;
    this.#room = Math.max(BYTES_OF_TURN, this.#bytes * SHARE);
    while (this.#room > 0) {
      const next = this.#waiting.shift();
      if (!next) return;
      this.#bytes -= next.bytes;
      this.#parse(next);
    }
  };
}
