/** The last place of a table up to which its values sum to no more than `most`; −1 = not even the first. */
export function lastWithin(values: ArrayLike<number>, most: number): number {
  let last = -1;
  for (let left = most; last + 1 < values.length && values[last + 1]! <= left; ) left -= values[++last]!;
  return last;
}
