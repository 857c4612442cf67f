import type { Seconds } from '../../fingerprints/units.js';

/** A stretch over which the evidence for a line adds up to more than before or after it. */
export interface Run {
  readonly start: Seconds;
  readonly end: Seconds;
  /** Sum of the evidence, less what its ends take, nats. */
  readonly score: number;
  /** Lengths of the first and the last piece of evidence in it: its ends are not known better than that, s. */
  readonly firstLength: Seconds;
  readonly lastLength: Seconds;
  /** Where comparing began, if what was compared before the run says nearly nothing against it; else null. */
  readonly openFrom: Seconds | null;
  /** Where comparing ended, if what was compared after the run does no more; else null. */
  readonly openTo: Seconds | null;
}

interface Piece {
  readonly start: Seconds;
  readonly end: Seconds;
  readonly evidence: number;
}

export interface RunSettings {
  /** A run ends when the sum has fallen this far from its height, nats. */
  readonly drop: number;
  /** Runs that end with less are forgotten, nats. */
  readonly keep: number;
  /** A run also ends when nothing spoke for it for this long, s. */
  readonly maxQuiet: Seconds;
  /** Pieces overlap and fade out: an end is placed between two of them, by what each says. */
  readonly between: boolean;
  /** A piece at an edge belongs to the run when it says at least this share of what its pieces say on average. */
  readonly share: number;
  /**
   * What an end takes that lies within what was compared, nats: it was chosen among many. None is chosen where the run
   * reaches as far as what was compared, or nearly: then what lies between counts instead, if that is less.
   */
  readonly endCost: number;
}

/** The ends of a run are looked for among this many pieces of evidence at either end: 15 s of words. */
const EDGE_PIECES = 192;
/** What may speak against a run between its end and where comparing ended, nats, until it is likelier that it did end. */
const SLACK = 4;

/**
 * Finds maximal scoring stretches in a sequence of log likelihood ratios that arrives in order
 * (Kadane's sum with an X-drop, as in sequence alignment; Altschul et al. 1990): a run starts where the sum
 * is lowest before it, and ends at its highest point once the sum has fallen `drop` nats below that.
 *
 * The evidence takes little for a sign of life, so that a run survives what covers it; but that lets a stray
 * piece just outside lengthen it. So its ends are set by the run's own measure: a piece belongs to it when it
 * says at least a share of what its pieces say on average.
 */
export class RunDetector {
  readonly #closed: Run[] = [];
  #sum = 0;
  #best = 0;
  #bestEnd: Seconds = 0;
  /** Of the pieces up to the best end: their number, the first and the last ones; then those after it. */
  #pieces = 0;
  #head: Piece[] = [];
  #tail: Piece[] = [];
  #after: Piece[] = [];
  /** The living run as it is, until more is added; undefined = not worked out yet. */
  #current: Run | null | undefined;
  /** The piece that spoke against it, just before it began. */
  #before: Piece | null = null;
  /** Sum of all that came before it; −∞ where another run did, so that its start was chosen in any case. */
  #told = 0;
  /** Where comparing began, and the number of pieces from there to the run. */
  #comparedFrom: Seconds | null = null;
  #toldPieces = 0;

  constructor(private readonly settings: RunSettings) {}

  /** Evidence, in nats, for the stretch of stream between two times; stretches come in order of time. */
  add(start: Seconds, end: Seconds, evidence: number): void {
    this.#current = undefined;
    if (this.#sum > 0 && end - this.#bestEnd > this.settings.maxQuiet) this.#close();
    if (evidence === 0) return;
    const piece = { start, end, evidence };
    this.#comparedFrom ??= start;
    if (this.#sum <= 0) {
      if (evidence < 0) {
        this.#before = piece;
        this.#told += evidence;
        this.#toldPieces++;
        return;
      }
      this.#begin();
    }
    this.#after.push(piece);
    this.#sum += evidence;
    if (this.#sum > this.#best) {
      this.#best = this.#sum;
      this.#bestEnd = end;
      this.#takeIn();
    } else if (this.#sum <= 0 || this.#best - this.#sum > this.settings.drop) {
      this.#close();
    }
  }

  /** The run that may still grow; null when there is none worth keeping. The same object until more is added. */
  get current(): Run | null {
    if (this.#current === undefined)
      this.#current = this.#sum > 0 && this.#best >= this.settings.keep ? this.#run(true) : null;
    return this.#current;
  }

  /** Runs that have ended, oldest first. */
  get closed(): readonly Run[] {
    return this.#closed;
  }

  /** Forgets closed runs that ended before a time. */
  forget(before: Seconds): void {
    while (this.#closed[0] && this.#closed[0].end < before) this.#closed.shift();
  }

  #begin(): void {
    this.#sum = 0;
    this.#best = 0;
    this.#pieces = 0;
    this.#head = [];
    this.#tail = [];
    this.#after = [];
  }

  /** The run reaches as far as the newest piece. */
  #takeIn(): void {
    this.#pieces += this.#after.length;
    this.#head.push(...this.#after.slice(0, EDGE_PIECES - this.#head.length));
    this.#tail.push(...this.#after);
    if (this.#tail.length > 2 * EDGE_PIECES) this.#tail = this.#tail.slice(-EDGE_PIECES);
    this.#after = [];
  }

  #close(): void {
    if (this.#best >= this.settings.keep) {
      this.#closed.push(this.#run(false));
      this.#told = Number.NEGATIVE_INFINITY;
    } else {
      this.#told += this.#sum;
      this.#toldPieces += this.#pieces + this.#after.length;
    }
    this.#sum = 0;
  }

  #run(isLiving: boolean): Run {
    const least = (this.#best / this.#pieces) * this.settings.share;
    const head = this.#before ? [this.#before, ...this.#head] : this.#head;
    const tail = [...this.#tail, ...this.#after.slice(0, 1)];
    const first = edgeOf([...head].reverse(), this.#before ? 1 : 0, least);
    const last = edgeOf(tail, this.#after.length > 0 ? 1 : 0, least);
    const start = this.settings.between ? between(first, least, (piece) => piece.start) : first.piece.start;
    const lastEnd = this.settings.between ? between(last, least, (piece) => piece.end) : last.piece.end;
    const end = Math.max(start, lastEnd);
    const toStart = first.left + this.#told - least * this.#toldPieces;
    const toEnd = last.left + this.#sum - this.#best - least * this.#after.length;
    return {
      start,
      end,
      openFrom: toStart > -SLACK ? this.#comparedFrom : null,
      openTo: isLiving && toEnd > -SLACK ? this.#newestEnd() : null,
      score: this.#best - this.#costOfEnds(isLiving),
      firstLength: first.piece.end - first.piece.start,
      lastLength: last.piece.end - last.piece.start,
    };
  }

  #newestEnd(): Seconds {
    return (this.#after.at(-1) ?? this.#tail.at(-1))!.end;
  }

  #costOfEnds(isLiving: boolean): number {
    const { endCost } = this.settings;
    const atStart = Math.max(0, -this.#told);
    const atEnd = isLiving ? this.#best - this.#sum : Number.POSITIVE_INFINITY;
    return Math.min(endCost, atStart) + Math.min(endCost, atEnd);
  }
}

interface Edge {
  /** The outermost piece of the run. */
  readonly piece: Piece;
  /** The one beyond it, where there is one. */
  readonly beyond: Piece | null;
  /** What the pieces of the run outside it say above `least`: nothing or less. */
  readonly left: number;
}

/**
 * The piece up to which the evidence above `least` adds up to most, from the outside in.
 * @param pieces those of a run towards one of its ends, then `outside` pieces that are not its own
 */
function edgeOf(pieces: readonly Piece[], outside: number, least: number): Edge {
  let edge = pieces.length - 1 - outside;
  let sum = 0;
  let lowest = 0;
  for (let i = edge; i > 0; i--) {
    sum += pieces[i]!.evidence - least;
    if (sum < lowest) {
      lowest = sum;
      edge = i - 1;
    }
  }
  return { piece: pieces[edge]!, beyond: pieces[edge + 1] ?? null, left: lowest };
}

/** Where, from the outermost piece to the one beyond, the evidence falls below `least`. */
function between({ piece, beyond }: Edge, least: number, time: (piece: Piece) => Seconds): Seconds {
  if (!beyond || piece.evidence <= beyond.evidence) return time(piece);
  const share = (piece.evidence - least) / (piece.evidence - beyond.evidence);
  return time(piece) + (Math.min(1, Math.max(0, share)) - 0.5) * (time(beyond) - time(piece));
}
