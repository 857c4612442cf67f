import { describe, expect, it } from 'vitest';
import { GroupCommit } from '../../src/storage/group-commit.js';

describe('GroupCommit', () => {
  it('writes down together what came together, in order, and answers each', async () => {
    const commits: number[][] = [];
    const group = new GroupCommit((items: readonly number[]) => {
      commits.push([...items]);
      return items.map((item) => 10 * item);
    });
    const results = await Promise.all([1, 2, 3].map((item) => group.add(item)));
    expect(results).toEqual([10, 20, 30]);
    expect(commits).toEqual([[1, 2, 3]]);
    expect(await group.add(4)).toBe(40);
    expect(commits.flat()).toEqual([1, 2, 3, 4]);
  });

  it('takes what comes while a commit is being waited for into a later one', async () => {
    const commits: number[][] = [];
    const group: GroupCommit<number, undefined> = new GroupCommit((items: readonly number[]) => {
      commits.push([...items]);
      if (items.includes(1)) void group.add(2);
      return items.map(() => undefined);
    });
    await group.add(1);
    await group.add(3);
    expect(commits.flat()).toEqual([1, 2, 3]);
    expect(commits[0]).toEqual([1]);
  });

  it('lets one item that cannot be written take no other with it', async () => {
    const written: number[] = [];
    const group = new GroupCommit((items: readonly number[]) => {
      if (items.includes(2)) throw new Error('2 cannot be');
      written.push(...items);
      return items.map(() => true);
    });
    const results = await Promise.allSettled([1, 2, 3].map((item) => group.add(item)));
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(written).toEqual([1, 3]);
  });
});
