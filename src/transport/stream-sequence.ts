import type { Position } from './record.js';

/** How far the messages of one stream were worked on: to be stored with the effect of the last one. */
export interface StreamProgress {
  readonly position: Position;
  readonly run: string;
  /** The next number that is expected of that run; null = none was seen yet. */
  readonly next: number | null;
}

/**
 * What a message is to one who has come so far: `next` = what comes next; `again` = its effect is stored, it was
 * delivered or sent twice; `late` = it was a dead letter and came back, after others that follow it; `missing` =
 * it is further on, and that many segments before it were neither sent nor reported lost.
 */
export type Arrival =
  | { readonly kind: 'next' | 'again' | 'late' }
  | { readonly kind: 'missing'; readonly count: number };

/** The part of a message of a capture that its place in the stream shows in. */
export interface Placed {
  readonly position: Position;
  readonly replayed: boolean;
  readonly content: { readonly run: string; readonly sequence?: number; readonly count?: number };
}

/** Tells what was seen already, and what never came. @param progress null = nothing was seen of the stream */
export function arrivalOf(progress: StreamProgress | null, message: Placed): Arrival {
  const { position, replayed, content } = message;
  if (progress === null) return { kind: replayed ? 'late' : 'next' };
  const { topic, partition, offset } = progress.position;
  const sameLine = position.topic === topic && position.partition === partition;
  if (sameLine && position.offset <= offset) return { kind: 'again' };
  if (replayed) return { kind: 'late' };
  const { sequence } = content;
  if (sequence === undefined || content.run !== progress.run || progress.next === null)
    return { kind: 'next' };
  if (sequence < progress.next) return { kind: 'again' };
  return sequence === progress.next ? { kind: 'next' } : { kind: 'missing', count: sequence - progress.next };
}

/** Where a stream stands once a message is worked on. */
export function progressAfter(progress: StreamProgress | null, message: Placed): StreamProgress {
  const { position, replayed, content } = message;
  if (replayed && progress !== null) return { ...progress, position };
  const before = progress?.run === content.run ? progress.next : null;
  const next = content.sequence === undefined ? before : content.sequence + (content.count ?? 1);
  return { position, run: content.run, next };
}
