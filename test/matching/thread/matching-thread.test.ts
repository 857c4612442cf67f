import { describe, expect, it } from 'vitest';
import { MatchingThread } from '../../../src/matching/thread/matching-thread.js';

const DYING = new URL('./dying-program.js', import.meta.url);

describe('a thread that matches and dies', () => {
  it('fails what it was asked, says so, and is replaced', async () => {
    const deaths: string[] = [];
    const thread = new MatchingThread(DYING, null, (message) => deaths.push(message));
    const [one, other] = [thread.newMatching(), thread.newMatching()];
    const asked = await Promise.allSettled([one.advance(false), other.advance(false)]);
    expect(asked.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await expect(one.advance(false)).rejects.toThrow('out of breath');
    expect(deaths).toHaveLength(2);
    expect(deaths[0]).toContain('out of breath');
    await thread.close();
    await expect(one.advance(false)).rejects.toThrow('closed');
  });
});
