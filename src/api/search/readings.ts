import type { Static } from 'typebox';
import { hostOf, hostOfUrl, ipOf } from '../../domain/host.js';
import { eidr, isan, isrc } from '../../rights/identifiers.js';
import type { FILTER } from '../detections/detection-filter.js';
import type { exactly } from '../route.js';

/** Parameters of `GET /v1/detections`. */
export type DetectionFilter = Static<ReturnType<typeof exactly<typeof FILTER>>>;

/** What a text can be taken for. */
export const READINGS = [
  'detection',
  'identifier',
  'address',
  'network',
  'url',
  'stream',
  'host',
  'words',
  'asset',
  'catalogue',
] as const;

/** A text as somebody means it who looks for detections. */
export interface Reading {
  readonly as: (typeof READINGS)[number];
  readonly filter: DetectionFilter;
}

/** Ids of detections are UUIDs. */
const DETECTION = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const NETWORK = /^ASN? ?([1-9]\d{0,9})$/i;
const MAX_NETWORK = 2 ** 32 - 1;
const URL_START = /^[a-z][a-z0-9+.-]*:\/\//i;

/** The id that a text is in the form of; null = it is no id of a detection. */
export const detectionIn = (text: string): string | null =>
  DETECTION.test(text) ? text.toLowerCase() : null;

/** An EIDR, ISAN or ISRC, as they are kept; null = the text is none. */
export function identifierIn(text: string): string | null {
  for (const read of [eidr, isan, isrc]) {
    const outcome = read(text);
    if ('id' in outcome) return outcome.id;
  }
  return null;
}

/** The host of a text that is the address of something; null = it is none. */
export const hostOfAddress = (text: string): string | null => (URL_START.test(text) ? hostOfUrl(text) : null);

/**
 * What a text may mean, in the order in which it is tried: what has a form of its own, then names that are just this,
 * then words, and names that words are seldom meant for.
 */
export function readingsOf(text: string): Reading[] {
  const ip = ipOf(text);
  if (ip !== null)
    return [
      { as: 'address', filter: { ip: [ip] } },
      { as: 'host', filter: { host: [ip] } },
    ];
  const network = Number(NETWORK.exec(text)?.[1] ?? 0);
  const words: Reading = { as: 'words', filter: { q: text } };
  if (network > 0 && network <= MAX_NETWORK) return [{ as: 'network', filter: { asn: [network] } }, words];
  if (/\s/.test(text)) return [words];
  const host = hostOfAddress(text) ?? (text.includes('.') ? hostOf(text) : null);
  const readings: Reading[] = [{ as: 'stream', filter: { stream: [text] } }];
  if (host !== null) readings.push({ as: 'host', filter: { host: [host] } });
  readings.push(words, { as: 'asset', filter: { asset: [text] } });
  readings.push({ as: 'catalogue', filter: { catalogue: [text] } });
  return readings;
}

/** The address of a list: `/v1/detections?host=a.example`. */
export function listOf(path: string, filter: Readonly<Record<string, unknown>>): string {
  const parameters = Object.entries(filter).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map((one): [string, string] => [name, String(one)]),
  );
  return `${path}?${new URLSearchParams(parameters)}`;
}
