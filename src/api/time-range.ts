import Type from 'typebox';
import { unusable } from './problem.js';
import { Time } from './route.js';

/** What a query takes that is about some time; spread it into its schema. */
export const TIME_RANGE = {
  since: Type.Optional({ ...Time, description: 'From this moment on' }),
  until: Type.Optional({ ...Time, description: 'Up to this moment; without it now' }),
};

/**
 * The time that a query is about, ms since 1970.
 * @param length of the time where the query does not say its start, ms
 */
export function timeRangeOf(
  { since, until }: { readonly since?: string; readonly until?: string },
  now: number,
  length: number,
): { readonly since: number; readonly until: number } {
  const to = until === undefined ? now : momentOf(until, '/until');
  const from = since === undefined ? to - length : momentOf(since, '/since');
  if (from >= to) throw unusable('/until', 'until must lie after since.');
  return { since: from, until: to };
}

/**
 * ms since 1970 (UTC). Some times are well formed and yet no moment: leap seconds.
 * @throws 422 that points at the field
 */
export function momentOf(text: string, pointer: string): number {
  const moment = Date.parse(text);
  if (Number.isFinite(moment)) return moment;
  throw unusable(pointer, `"${text.slice(0, 100)}" is no moment.`);
}
