import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { TICK } from '../../fingerprints/units.js';
import { loadDecoder } from '../../workers/decode/index.js';
import { analyseSegment } from '../../workers/tasks/segment.js';
import { LIMITS, MediaFolder, X264 } from './media.js';

const media = new MediaFolder();
const UNITS = 48_000;
const HOURS = 5 * 3600;
const MAX = 60;

/** Fragments of which all but the first begin hours later: an index is told by them, so it is no other clock. */
function jumping(): string {
  const plain = media.make(
    'plain.mp4',
    `${X264} -c:a aac -ar ${UNITS} -video_track_timescale ${UNITS} -movflags frag_keyframe+empty_moov+default_base_moof`,
  );
  const bytes = readFileSync(plain);
  const second = bytes.indexOf('moof', bytes.indexOf('moof') + 4);
  for (let at = bytes.indexOf('tfdt', second); at >= 0; at = bytes.indexOf('tfdt', at + 4)) {
    expect(bytes[at + 4]).toBe(1);
    bytes.writeBigUInt64BE(bytes.readBigUInt64BE(at + 8) + BigInt(HOURS * UNITS), at + 8);
  }
  writeFileSync(media.file('jumping.mp4'), bytes);
  return media.file('jumping.mp4');
}

describe.each(['libav', 'ffmpeg'] as const)('a segment whose time stamps jump by hours (%s)', (name) => {
  it('is cut there, and no silence is made of the hours', async () => {
    const result = await analyseSegment(await loadDecoder(name), {
      kind: 'segment',
      path: jumping(),
      limits: { ...LIMITS, maxDuration: MAX },
      pictures: 'sparse',
      audioState: null,
      last: true,
    });
    expect(result.end - result.start).toBeLessThanOrEqual(MAX);
    expect(result.audio!.words.length * TICK).toBeLessThanOrEqual(MAX);
    expect(result.audio!.words.length * TICK).toBeGreaterThan(1);
    expect(result.report.warnings.join()).toContain('cut');
  });
});
