import { setImmediate as nextTurn } from 'node:timers/promises';
import { LANDMARK_BITS } from '../../../fingerprints/landmarks.js';
import { PICTURE_TERM_BITS } from '../../../fingerprints/picture-terms.js';
import { type PostingCounts, type PostingLayout, postingLayout } from './posting-layout.js';
import type { PostingSlab } from './posting-slab.js';
import { PostingWriter } from './posting-writer.js';
import { SegmentFileWriter } from './segment-file-writer.js';
import { encodeTable } from './segment-table.js';
import type { TimeLine } from './time-line.js';

/**
 * A landmark hash or a picture term shared by this much of a segment leads anywhere: reading it would cost
 * more than it tells. The floors keep every term of small segments.
 */
const COMMON_LANDMARKS = { floor: 65_536, share: 1 / 1024 };
const COMMON_CHUNKS = { floor: 2000, share: 1 / 64 };

/** Postings sorted by term and position, in slabs of whole terms that follow each other. */
export interface SortedPostings {
  /** At least as many as there are; near enough to choose the layout by. */
  readonly atMost: number;
  slabs(): Iterable<PostingSlab>;
}

export interface SegmentContent {
  readonly line: TimeLine;
  /** The packed words and rows in the order of the line's places; a buffer is used at once, not kept. */
  packs(): Iterable<Uint8Array>;
  readonly audio: SortedPostings;
  readonly pictures: SortedPostings;
}

/** What a segment amounts to, for its record. */
export interface SegmentSummary {
  readonly bytes: number;
  readonly seconds: number;
  readonly audio: PostingCounts;
  readonly pictures: PostingCounts;
}

/**
 * Writes a segment file; it is there as a whole or not at all, and lasts once its folder was synced.
 * Between slabs other work gets its turn.
 */
export async function writeSegment(file: string, content: SegmentContent): Promise<SegmentSummary> {
  const writer = new SegmentFileWriter(file);
  const { line } = content;
  try {
    let sinceTurn = 0;
    for (const bytes of content.packs()) {
      writer.write(bytes);
      sinceTurn += bytes.length;
      if (sinceTurn > BYTES_A_TURN) {
        await nextTurn();
        sinceTurn = 0;
      }
    }
    writer.endSection('packs');

    const write = async (postings: SortedPostings, layout: PostingLayout) => {
      const entries = new PostingWriter(layout, (bytes) => writer.write(bytes));
      for (const slab of postings.slabs()) {
        entries.add(slab);
        await nextTurn();
      }
      return entries.finish();
    };
    const audio = await write(content.audio, audioLayout(line, content.audio.atMost));
    writer.endSection('audioPostings');
    writer.write(audio.directory);
    writer.endSection('audioDirectory');
    const pictures = await write(content.pictures, pictureLayout(line, content.pictures.atMost));
    writer.endSection('picturePostings');
    writer.write(pictures.directory);
    writer.endSection('pictureDirectory');
    writer.write(encodeTable(line.places));
    writer.endSection('fingerprints');
    const bytes = await writer.finish();
    const seconds = line.places.reduce((sum, place) => sum + place.duration, 0);
    return { bytes, seconds, audio: audio.counts, pictures: pictures.counts };
  } catch (error) {
    writer.abandon();
    throw error;
  }
}

const BYTES_A_TURN = 8 << 20;

function audioLayout(line: TimeLine, postings: number): PostingLayout {
  const limit = Math.max(COMMON_LANDMARKS.floor, Math.floor(postings * COMMON_LANDMARKS.share));
  return postingLayout(LANDMARK_BITS, line.ticks, postings, limit);
}

function pictureLayout(line: TimeLine, postings: number): PostingLayout {
  const limit = Math.max(COMMON_CHUNKS.floor, Math.floor(line.chunks * COMMON_CHUNKS.share));
  return postingLayout(PICTURE_TERM_BITS, line.chunks, postings, limit);
}
