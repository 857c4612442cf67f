import { delayOf } from '../../domain/live-reference.js';
import { foldedWords, LONGEST_WORD } from '../../domain/words.js';
import type { CopyKind } from '../../search-copies/copy-kind.js';
import { KEYWORD, WORDS } from '../../search-copies/fields.js';
import type { FoundDetection } from '../search/detection-search.js';
import { delayRangeOf, scoreRangeOf } from '../search/facets.js';
import type { FedDetection } from '../search-feed.js';

/** Words of a title and a name that are found. */
const MOST_WORDS = 2000;

const double = { type: 'double' };
const range = { type: 'byte' };

/** A detection is one document: what it is searched by, and what is shown of it. */
const MAPPING = {
  dynamic: 'strict',
  properties: {
    number: { type: 'long' },
    no: { type: 'long' },
    catalogue: KEYWORD,
    asset: KEYWORD,
    /** Assets of two catalogues may have one id. */
    assetOfCatalogue: KEYWORD,
    assetTitle: KEYWORD,
    stream: KEYWORD,
    streamName: KEYWORD,
    host: KEYWORD,
    ip: { type: 'ip' },
    asn: { type: 'long' },
    words: WORDS,
    start: double,
    end: double,
    day: KEYWORD,
    score: double,
    scoreRange: range,
    delay: double,
    delayRange: range,
    modality: KEYWORD,
    state: KEYWORD,
    review: KEYWORD,
    /** Shown, not searched. */
    detection: { type: 'object', enabled: false },
  },
} as const;

/** What is shown of a document. */
export const SHOWN = ['detection', 'host', 'review', 'no'] as const;

export type ShownDocument = FoundDetection & { readonly no: number };

/** JSON */
function documentOf(fed: FedDetection): string {
  const { number, no, detection, host, review, assetTitle, senders } = fed;
  const { catalogue, assetId, stream, time, score, modality, state } = detection;
  const delay = delayOf(detection);
  return JSON.stringify({
    ...{ number, no, catalogue, assetTitle, score, modality, state, review, detection },
    asset: assetId,
    assetOfCatalogue: JSON.stringify([assetId, catalogue]),
    stream: stream.id,
    streamName: stream.name,
    ...(host !== '' && { host }),
    ip: senders.map(({ ip }) => ip),
    asn: senders.flatMap(({ asn }) => asn ?? []),
    words: wordsIn(`${assetTitle} ${stream.name}`),
    start: time.start,
    end: time.end,
    ...dayOf(time.start),
    scoreRange: scoreRangeOf(score),
    ...(delay !== null && { delay, delayRange: delayRangeOf(delay) }),
  });
}

export const DETECTION_COPIES: CopyKind<FedDetection> = {
  one: 'Detection',
  many: 'Detections',
  alias: 'detections',
  layout: 2,
  mapping: MAPPING,
  isShownAtOnce: false,
  copyOf: (fed) => ({ id: fed.detection.id, document: documentOf(fed) }),
};

export function foundOf({ detection, host = '', review }: ShownDocument): FoundDetection {
  return { detection, host, review };
}

/** Of a moment that is none in any calendar: nothing. */
function dayOf(time: number): { readonly day?: string } {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? {} : { day: date.toISOString().slice(0, 10) };
}

function wordsIn(text: string): string {
  return [...new Set(foldedWords(text))]
    .slice(0, MOST_WORDS)
    .map((word) => word.slice(0, LONGEST_WORD))
    .join(' ');
}
