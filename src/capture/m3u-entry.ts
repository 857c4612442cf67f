/** What stands behind `#EXTINF:`. */
export interface ExtInf {
  readonly name: string;
  /** Names in lower case. */
  readonly attributes: ReadonlyMap<string, string>;
}

const MAX_ATTRIBUTES = 50;
const ATTRIBUTE = /\s*([\w-]{1,64})\s{0,8}=\s{0,8}/y;
/** A quotation mark ends a value only where something makes sense after it: names hold quotation marks too. */
const AFTER_VALUE = /\s{0,16}(,|$|[\w-]{1,64}\s{0,8}=)/y;

/** Reads `-1 key="value" key=value,Name`, quotation marks missing, doubled or left open included. */
export function parseExtInf(text: string): ExtInf {
  const attributes = new Map<string, string>();
  let at = /^\s*-?[\d.]*/.exec(text)?.[0].length ?? 0;
  while (attributes.size < MAX_ATTRIBUTES) {
    ATTRIBUTE.lastIndex = at;
    const found = ATTRIBUTE.exec(text);
    if (found === null) break;
    const { value, end } = valueAt(text, ATTRIBUTE.lastIndex);
    const name = (found[1] ?? '').toLowerCase();
    if (!attributes.has(name)) attributes.set(name, value);
    at = end;
  }
  const comma = text.indexOf(',', at);
  return { name: comma < 0 ? '' : text.slice(comma + 1).trim(), attributes };
}

function valueAt(text: string, from: number): { value: string; end: number } {
  const quote = text[from];
  if (quote !== '"' && quote !== "'") {
    const end = endOfPlain(text, from);
    return { value: text.slice(from, end), end };
  }
  let firstClose = -1;
  for (let at = text.indexOf(quote, from + 1); at >= 0; at = text.indexOf(quote, at + 1)) {
    if (firstClose < 0) firstClose = at;
    AFTER_VALUE.lastIndex = at + 1;
    if (AFTER_VALUE.test(text)) return { value: text.slice(from + 1, at), end: at + 1 };
  }
  const end = firstClose >= 0 ? firstClose : endOf(text, ',', from);
  return { value: text.slice(from + 1, end), end: firstClose >= 0 ? end + 1 : end };
}

/** A value without quotation marks ends at a comma or a space. */
function endOfPlain(text: string, from: number): number {
  return Math.min(endOf(text, ',', from), endOf(text, ' ', from), endOf(text, '\t', from));
}

function endOf(text: string, mark: string, from: number): number {
  const at = text.indexOf(mark, from);
  return at < 0 ? text.length : at;
}

const HONOURED = new Set(['user-agent', 'referer', 'origin', 'cookie', 'authorization', 'accept-language']);
const MAX_HEADER = 1024;

/** Splits `http://…|User-Agent=…&Referer=…` into the address and the headers that it asks for. */
export function headersOfSuffix(line: string): [reference: string, headers: Record<string, string>] {
  const bar = line.indexOf('|');
  if (bar < 0) return [line, {}];
  const pairs = line
    .slice(bar + 1)
    .split('&')
    .slice(0, 20);
  const named = pairs.map((pair): [string, string] => {
    const equals = pair.indexOf('=');
    return equals < 0 ? ['', ''] : [pair.slice(0, equals), decode(pair.slice(equals + 1))];
  });
  return [line.slice(0, bar).trim(), safeHeaders(named)];
}

/** Of the headers that a list asks for, those that say who we are; no control characters get through. */
export function safeHeaders(pairs: readonly (readonly [string, string])[]): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of pairs) {
    const known = name.trim().toLowerCase();
    const clean = value
      .replace(/[^\t\x20-\x7e\x80-\xff]/g, '')
      .trim()
      .slice(0, MAX_HEADER);
    if (HONOURED.has(known) && clean !== '') headers[known] = clean;
  }
  return headers;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
