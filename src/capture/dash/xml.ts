import { DOMParser, type Element } from '@xmldom/xmldom';
import { StreamprintError } from '../../domain/errors.js';

export type { Element };

/** @param shown names the document in messages @throws SP_PLAYLIST when it is no XML with that root */
export function parseXml(text: string, root: string, shown: string): Element {
  try {
    const stop = (level: string, message: string) => {
      if (level !== 'warning') throw new Error(message);
    };
    const found = new DOMParser({ onError: stop }).parseFromString(text, 'text/xml').documentElement;
    if (found?.localName === root) return found;
  } catch (cause) {
    throw new StreamprintError('SP_PLAYLIST', `${shown} cannot be read as a manifest`, { cause });
  }
  throw new StreamprintError('SP_PLAYLIST', `${shown} is no ${root}`);
}

/** Elements of a name right within another, at most so many. */
export function childrenOf(parent: Element, name: string, most = 100_000): Element[] {
  const found: Element[] = [];
  for (let node = parent.firstChild; node !== null && found.length < most; node = node.nextSibling)
    if (node.nodeType === 1 && (node as Element).localName === name) found.push(node as Element);
  return found;
}

export function childOf(parent: Element, name: string): Element | null {
  return childrenOf(parent, name, 1)[0] ?? null;
}

/** A number of an attribute that makes sense; null = none. */
export function numberOf(element: Element | null, name: string): number | null {
  const text = element?.getAttribute(name);
  if (!text) return null;
  const value = Number(text);
  return Number.isFinite(value) ? value : null;
}

const DURATION = /^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:([\d.]+)S)?)?$/;
const UNITS = [31_536_000, 2_592_000, 86_400, 3600, 60, 1];

/** Seconds of an ISO 8601 duration; null = none. */
export function durationOf(text: string | null): number | null {
  const match = text === null ? null : DURATION.exec(text.trim());
  if (!match) return null;
  const seconds = UNITS.reduce((sum, unit, i) => sum + unit * Number(match[i + 1] ?? 0), 0);
  return Number.isFinite(seconds) ? seconds : null;
}
