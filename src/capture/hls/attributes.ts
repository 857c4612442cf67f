/** An attribute list of a playlist tag (RFC 8216, section 4.2): `A=1,B="x, y"`. */
export type Attributes = ReadonlyMap<string, string>;

const MAX_ATTRIBUTES = 100;

/** Reads as far as it makes sense; quotes are removed, names are upper case, the first of a name counts. */
export function parseAttributes(list: string): Attributes {
  const attributes = new Map<string, string>();
  let at = 0;
  while (at < list.length && attributes.size < MAX_ATTRIBUTES) {
    const equals = list.indexOf('=', at);
    if (equals < 0) break;
    const name = list.slice(at, equals).trim().toUpperCase();
    const quoted = list[equals + 1] === '"';
    const from = quoted ? equals + 2 : equals + 1;
    const found = list.indexOf(quoted ? '"' : ',', from);
    const to = found < 0 ? list.length : found;
    const value = quoted ? list.slice(from, to) : list.slice(from, to).trim();
    if (!attributes.has(name)) attributes.set(name, value);
    const comma = list.indexOf(',', to);
    at = comma < 0 ? list.length : comma + 1;
  }
  return attributes;
}

/** `LENGTH[@OFFSET]`; null when it is none. */
export function parseByteRange(text: string): { length: number; offset: number | null } | null {
  const match = /^(\d{1,15})(?:@(\d{1,15}))?$/.exec(text.trim());
  if (match === null) return null;
  return { length: Number(match[1]), offset: match[2] === undefined ? null : Number(match[2]) };
}
