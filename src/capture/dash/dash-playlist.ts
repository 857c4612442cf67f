import { StreamprintError } from '../../domain/errors.js';
import { type Address, describeUrl } from '../address.js';
import { collect, type Fetcher } from '../fetcher.js';
import type { Loaded } from '../hls/load.js';
import type { MediaPlaylist, MediaSegment } from '../hls/playlist-types.js';
import { type Kind, type Manifest, parseManifest, type Representation } from './manifest.js';
import { Numbering } from './numbering.js';

const MAX_MANIFEST_BYTES = 8 * 2 ** 20;
const TIMEOUT = 30_000;
/** As of an HLS playlist: fingerprints need no more lines than these, and lose little with fewer. */
const BEST_HEIGHT = 720;
const BEST_SOUND = 128_000;

export interface LoadedManifest {
  readonly manifest: Manifest;
  readonly address: Address;
}

/** Fetches a manifest once. Throws SP_PLAYLIST for what is none, and what the fetcher throws. */
export function loadManifest(
  fetcher: Fetcher,
  at: Address,
  signal: AbortSignal,
  now: () => number,
): Promise<LoadedManifest> {
  const request = { signal, maxBytes: MAX_MANIFEST_BYTES, timeout: TIMEOUT };
  return fetcher.fetch(at, request, async ({ body, address, source }) => {
    const text = (await collect(body)).toString('utf8');
    // The clock of the server says what is there, not ours.
    const theirs = Date.parse(source.headers.date ?? '');
    const manifest = parseManifest(text, describeUrl(address.url), Number.isFinite(theirs) ? theirs : now());
    return { manifest, address };
  });
}

/** Of each period, the rendition of a kind that is taken; empty = there is none. */
export function chosen({ periods }: Manifest, kind: Kind): Representation[] {
  return periods.flatMap((representations) => {
    const cost = ({ height, bandwidth }: Representation) =>
      kind === 'video' ? Math.abs((height ?? 0) - BEST_HEIGHT) : Math.abs(bandwidth - BEST_SOUND) / 1000;
    const ranked = representations.filter((one) => one.kind === kind).sort((a, b) => cost(a) - cost(b));
    return ranked.slice(0, 1);
  });
}

/** One rendition of a manifest as a playlist that is followed as those of HLS are. */
export class DashPlaylist {
  private readonly numbering = new Numbering();

  constructor(
    private readonly fetcher: Fetcher,
    private readonly at: Address,
    private readonly kind: Kind,
    private readonly now: () => number,
  ) {}

  async load(signal: AbortSignal): Promise<Loaded<MediaPlaylist>> {
    const { manifest, address } = await loadManifest(this.fetcher, this.at, signal, this.now);
    const renditions = chosen(manifest, this.kind);
    const named = renditions.flatMap((rendition, period) =>
      rendition.segments.map((segment, i) => ({ rendition, segment, begins: period > 0 && i === 0 })),
    );
    if (named.length === 0 && !manifest.live)
      throw new StreamprintError('SP_PLAYLIST', `${describeUrl(address.url)} names no segments`);
    const firstSequence = this.numbering.first(named.map(({ segment }) => segment));
    const segments = named.map(
      ({ rendition, segment, begins }, i): MediaSegment => ({
        uri: segment.reference,
        sequence: firstSequence + i,
        duration: segment.duration,
        range: segment.range,
        discontinuity: begins,
        gap: false,
        programDateTime: null,
        key: rendition.key,
        map: rendition.init,
      }),
    );
    const { live, targetDuration } = manifest;
    return { playlist: { kind: 'media', targetDuration, firstSequence, ended: !live, segments }, address };
  }
}
