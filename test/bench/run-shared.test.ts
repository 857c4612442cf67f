import { describe, expect, it } from 'vitest';
import type { Found } from '../../bench/accuracy/judge.js';
import { judgeShared } from '../../bench/accuracy/run-shared.js';
import type { SharedContent, Title } from '../../bench/accuracy/types.js';
import { assetId } from '../../src/domain/ids.js';

const TITLE: Title = {
  id: 'work',
  file: 'work.mp4',
  duration: 22,
  hasVideo: true,
  hasAudio: true,
  sources: ['work'],
  split: 'tune',
};
const ATTACK = { name: 'identity', judged: ['both'], group: '', speed: 1, mirrored: false } as const;

/** The stream shows the title's ident first, and at 10 s the scene from 4 to 10 s of the title. */
const CONTENT: SharedContent = {
  name: 'ident and scene',
  expected: 'the scene is found, the ident is not',
  title: TITLE,
  excluded: [[0, 4]],
  file: 'stream.ts',
  duration: 20,
  appearances: [
    { title: TITLE, attack: ATTACK, start: 0, end: 4, titleStart: 0 },
    { title: TITLE, attack: ATTACK, start: 10, end: 16, titleStart: 4 },
  ],
};

function found(id: string, start: number, end: number, offset: number): Found {
  const reference = { start: start + offset, end: end + offset };
  return { assetId: assetId(id), stream: { start, end }, reference, speed: 1, expectedFalsePerDay: 1e-6 };
}

describe('content that is shared', () => {
  it('is to be found where it is the title’s own', () => {
    const figures = judgeShared(CONTENT, [found('work', 10.1, 16, -6)]);
    expect(figures).toMatchObject({ found: 1, appearances: 1, falseDetections: 0 });
  });

  it('is claimed falsely where it is excluded, or by another title', () => {
    const matches = [found('work', 0, 4, 0), found('other', 10, 16, -6)];
    expect(judgeShared(CONTENT, matches)).toMatchObject({ found: 0, falseDetections: 2 });
  });
});
