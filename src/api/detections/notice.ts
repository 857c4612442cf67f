import type { Review } from '../../detections/review.js';
import type { FoundDetection } from '../../detections/search/detection-search.js';
import type { Asset } from '../../domain/catalogue.js';
import { delayOf } from '../../domain/live-reference.js';
import type { Detection } from '../../domain/match.js';
import type { ReferenceIndex } from '../../reference-index/reference-index.js';
import { confidence, modality, rarity, speed } from '../../report/words.js';
import type { Classification } from '../../rights/licences.js';
import { timeOf } from '../route.js';
import type { Cell } from './csv.js';

/** In the order of the columns. */
export const NOTICE_COLUMNS = [
  'id',
  'title',
  'catalogue',
  'assetId',
  'eidr',
  'isan',
  'isrc',
  'rightsHolder',
  'stream',
  'streamId',
  'url',
  'host',
  'start',
  'end',
  'seconds',
  'referenceStart',
  'referenceEnd',
  'delay',
  'recognisedBy',
  'speed',
  'mirrored',
  'score',
  'confidence',
  'chance',
  'state',
  'classified',
  'review',
  'reviewedBy',
  'reviewedAt',
  'reason',
  'detectionLink',
  'streamFrame',
  'referenceFrame',
] as const;

/** What a notice needs of a detection. Times are UTC. */
export type Notice = Readonly<Record<(typeof NOTICE_COLUMNS)[number], Cell>>;

/**
 * @param asset null = it is no longer registered
 * @param review the last one
 * @param base of links: `http://127.0.0.1:8080`
 */
export function noticeOf(
  { detection, host, review: state }: FoundDetection,
  classification: Classification,
  asset: Asset | null,
  review: Review | null,
  base: string,
): Notice {
  const { time, reference } = detection;
  const link = `${base}/v1/detections/${encodeURIComponent(detection.id)}`;
  return {
    id: detection.id,
    title: detection.title,
    catalogue: detection.catalogue,
    assetId: detection.assetId,
    eidr: asset?.eidr ?? null,
    isan: asset?.isan ?? null,
    isrc: asset?.isrc ?? null,
    rightsHolder: asset?.rightsHolder ?? null,
    stream: detection.stream.name,
    streamId: detection.stream.id,
    url: detection.stream.url,
    host: host === '' ? null : host,
    start: timeOf(time.start),
    end: timeOf(time.end),
    seconds: (time.end - time.start) / 1000,
    referenceStart: reference.start,
    referenceEnd: reference.end,
    delay: delayOf(detection),
    recognisedBy: modality(detection),
    speed: speed(detection),
    mirrored: detection.mirrored,
    score: detection.score,
    confidence: confidence(detection),
    chance: rarity(detection),
    state: detection.state,
    classified: classification,
    review: state,
    reviewedBy: review?.reviewer.name ?? null,
    reviewedAt: review ? timeOf(review.at) : null,
    reason: review?.reason ?? null,
    detectionLink: link,
    streamFrame: `${link}/frames/0/stream`,
    referenceFrame: `${link}/frames/0/reference`,
  };
}

/** What is registered of assets; a catalogue is read once, when the first of its assets is asked for. */
export class AssetFacts {
  readonly #catalogues = new Map<string, Promise<ReadonlyMap<string, Asset>>>();

  constructor(private readonly registered: Pick<ReferenceIndex, 'assets'>) {}

  async of({ catalogue, assetId }: Pick<Detection, 'catalogue' | 'assetId'>): Promise<Asset | null> {
    let assets = this.#catalogues.get(catalogue);
    if (!assets) {
      assets = this.registered
        .assets(catalogue)
        .then((all) => new Map(all.map((asset) => [asset.id as string, asset])));
      this.#catalogues.set(catalogue, assets);
    }
    return (await assets).get(assetId) ?? null;
  }
}
