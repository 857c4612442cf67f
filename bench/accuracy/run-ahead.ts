/** What came of one item: a value, or why there is none. */
export type Done<T, R> =
  | { readonly item: T; readonly value: R; readonly error: null }
  | { readonly item: T; readonly value: null; readonly error: Error };

/** Works on up to `n` items at once and gives what came of them in their order. A failure is given, not thrown. */
export async function* ahead<T, R>(
  items: Iterable<T> | AsyncIterable<T>,
  n: number,
  work: (item: T) => Promise<R>,
): AsyncGenerator<Done<T, R>> {
  const underWay: Promise<Done<T, R>>[] = [];
  for await (const item of items) {
    underWay.push(settle(item, work));
    if (underWay.length >= n) yield await underWay.shift()!;
  }
  while (underWay.length > 0) yield await underWay.shift()!;
}

/** Works on one item. A failure is given, not thrown. */
export async function settle<T, R>(item: T, work: (item: T) => Promise<R>): Promise<Done<T, R>> {
  try {
    return { item, value: await work(item), error: null };
  } catch (error) {
    return { item, value: null, error: error instanceof Error ? error : new Error(String(error)) };
  }
}
