import type { Request } from './simulator-messages.js';

/** A segment that a system took through its matcher. Times in ms since 1970. */
export interface Matched {
  readonly channel: string;
  /** Media sequence number. */
  readonly sequence: number;
  readonly at: number;
}

/** The same, of a system that numbers segments itself, anew with each run of a channel's capture. */
export interface Numbered {
  readonly channel: string;
  readonly run: string;
  readonly sequence: number;
  readonly at: number;
  readonly isMatched: boolean;
}

/** What a system said of a detection. Times in ms since 1970. */
export interface DetectionSaid {
  readonly change: 'opened' | 'extended' | 'closed';
  readonly at: number;
  readonly id: string;
  readonly channel: string;
  readonly work: string;
  readonly start: number;
  readonly end: number;
  /** Place in the reference at `start`, s. */
  readonly from: number;
}

const MOST_KINDS = 100;

/** All that a system said while it was watched, in the order in which it did. */
export class Observations {
  readonly matched: Matched[] = [];
  readonly numbered: Numbered[] = [];
  readonly detections: DetectionSaid[] = [];
  /** How often it said that it lost a segment or set one aside, by reason. */
  readonly losses = new Map<string, number>();

  /** What else it said for people to read, by kind: numbers and names of channels are left out. */
  readonly notes = new Map<string, number>();

  lost(reason: string, count = 1): void {
    this.losses.set(reason, (this.losses.get(reason) ?? 0) + count);
  }

  note(message: string): void {
    const kind = message.replaceAll(/channel-\d+|Channel \d+/g, 'a channel').replaceAll(/\d+/g, 'N');
    if (this.notes.has(kind) || this.notes.size < MOST_KINDS)
      this.notes.set(kind, (this.notes.get(kind) ?? 0) + 1);
  }
}

/**
 * What was matched, by media sequence number. Of a system that numbers segments itself, the first of a channel is the
 * first that was asked for, and a later run goes on after what the run before it had.
 */
export function matchedOf({ matched, numbered }: Observations, requests: readonly Request[]): Matched[] {
  const asked = new Map<string, number>();
  for (const { channel, sequence } of requests)
    asked.set(channel, Math.min(sequence, asked.get(channel) ?? sequence));
  const runs = new Map<string, Map<string, Numbered[]>>();
  for (const one of numbered) {
    const ofChannel = runs.get(one.channel) ?? new Map<string, Numbered[]>();
    runs.set(one.channel, ofChannel.set(one.run, [...(ofChannel.get(one.run) ?? []), one]));
  }
  const found = [...matched];
  for (const [channel, ofChannel] of runs) {
    let next = asked.get(channel) ?? 0;
    for (const run of ofChannel.values()) {
      const shift = next - Math.min(...run.map(({ sequence }) => sequence));
      next = shift + Math.max(...run.map(({ sequence }) => sequence)) + 1;
      for (const { sequence, at, isMatched } of run)
        if (isMatched) found.push({ channel, sequence: sequence + shift, at });
    }
  }
  return found;
}
