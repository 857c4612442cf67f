import { isUtc, localDate, localTime, utcDate, utcTime } from '../lib/format.js';

interface Props {
  /** ISO 8601, or ms UTC. */
  readonly at: string | number | null;
  /** Without the date, unless it is of another day. */
  readonly short?: boolean;
  /** Without UTC beside it, where there is no room; it is in the tooltip. */
  readonly bare?: boolean;
}

/** A moment in the reader's zone, with UTC beside it. */
export function Time({ at, short, bare }: Props) {
  const millis = typeof at === 'string' ? Date.parse(at) : at;
  if (millis === null || !Number.isFinite(millis)) return <span class="soft">not known</span>;
  const iso = new Date(millis).toISOString();
  const date = localDate(millis);
  const isToday = date === localDate(Date.now());
  const local = short && isToday ? localTime(millis) : `${date} ${localTime(millis)}`;
  const sameDay = utcDate(millis) === date;
  const utc = sameDay ? utcTime(millis) : `${utcDate(millis)} ${utcTime(millis)}`;
  return (
    <time dateTime={iso} title={`${iso.slice(0, 19).replace('T', ' ')} UTC`}>
      {local}
      {isUtc ? ' UTC' : bare ? '' : <span class="utc"> {utc} UTC</span>}
    </time>
  );
}
