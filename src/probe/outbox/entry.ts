import type { Draft, Topic } from '../../transport/index.js';

/** A message that waits to be sent. */
export interface Entry {
  /** Grows with each message of this probe, over restarts, too. */
  readonly number: number;
  readonly topic: Topic;
  readonly draft: Draft;
  /** The file that holds the body; null = it has none. */
  readonly body: Body | null;
  /** When it was put there, ms since 1970. */
  readonly at: number;
}

export interface Body {
  readonly file: string;
  readonly bytes: number;
  /** The file goes with the message; false = it is somebody else's. */
  readonly owned: boolean;
}

type StreamDraft = Extract<Draft, { content: { readonly stream: { readonly id: string } } }>;

/** The stream that a message of a probe belongs to. */
export function streamOf({ draft }: Pick<Entry, 'draft'>): string {
  return (draft as StreamDraft).content.stream.id;
}

type LostDraft = Extract<Draft, { type: 'lost/1' }>;

/** What takes the place of a segment that cannot be sent; null = it is none. */
export function lostInstead(entry: Entry, reason: string, now: number): Entry | null {
  const { draft } = entry;
  if (draft.type !== 'segment/1' && draft.type !== 'fingerprint/1') return null;
  const { stream, probe, run, sequence, carries, media } = draft.content;
  const content = { stream, probe, run, sequence, count: 1, carries, duration: media.duration };
  const at = new Date(now).toISOString();
  const lost: LostDraft = { type: 'lost/1', content: { ...content, at, by: 'probe', reason } };
  return { ...entry, draft: lost, body: null };
}

/** Most segments that one message reports, as its contract says. */
const MOST_COUNTED = 1_000_000;

/** Two losses of the probe that follow each other, as one; null = they are not such. */
export function merged(first: Entry, second: Entry): Entry | null {
  if (first.draft.type !== 'lost/1' || second.draft.type !== 'lost/1') return null;
  const a = first.draft.content;
  const b = second.draft.content;
  const alike = a.by === 'probe' && b.by === 'probe' && a.run === b.run && a.carries === b.carries;
  const count = a.count + b.count;
  if (!alike || a.reason !== b.reason || a.sequence + a.count !== b.sequence || count > MOST_COUNTED)
    return null;
  const content = { ...a, at: b.at, count, duration: a.duration + b.duration };
  return { ...first, draft: { type: 'lost/1', content } };
}
