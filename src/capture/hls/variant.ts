import type { AudioRendition, MasterPlaylist, Variant } from './playlist-types.js';

/** Fingerprints need no more lines than these, and lose little with fewer. */
const BEST_HEIGHT = 720;
/** What 720 lines usually take, bit/s; for variants that do not say their size. */
const BEST_BANDWIDTH = 2_500_000;

export interface Choice {
  readonly variant: Variant;
  /** The sound, when it comes in a rendition of its own. */
  readonly audio: (AudioRendition & { readonly uri: string }) | null;
  /** The choice, in words. */
  readonly description: string;
}

/**
 * The variants of a master playlist from the best to the worst choice: pictures before sound alone, nearest to
 * 720 lines (nearest to 2.5 Mbit/s where no size is said), of two alike the one with more bits.
 */
export function rankVariants(master: MasterPlaylist): Choice[] {
  const sized = master.variants.some(({ height }) => height !== null);
  const cost = (v: Variant) =>
    (isAudioOnly(v) ? 1e9 : 0) +
    (sized
      ? v.height === null
        ? 1e6
        : Math.abs(v.height - BEST_HEIGHT)
      : Math.abs(v.bandwidth - BEST_BANDWIDTH) / 1e4);
  return [...master.variants]
    .sort((a, b) => cost(a) - cost(b) || (b.height ?? 0) - (a.height ?? 0) || b.bandwidth - a.bandwidth)
    .map((variant) => choiceOf(master, variant));
}

function choiceOf(master: MasterPlaylist, variant: Variant): Choice {
  const group = master.audio.filter((rendition) => rendition.group === variant.audioGroup);
  const preferred = group.find((r) => r.isDefault) ?? group.find((r) => r.autoselect) ?? group[0];
  const sameAsVariant = preferred?.uri === variant.uri;
  const audio =
    preferred === undefined || preferred.uri === null || sameAsVariant
      ? null
      : { ...preferred, uri: preferred.uri };
  const size = variant.height === null ? 'no size said' : `${variant.width ?? '?'}×${variant.height}`;
  const rate = variant.bandwidth === 0 ? '' : `, ${Math.round(variant.bandwidth / 1000)} kbit/s`;
  const sound = audio === null ? '' : `, sound "${(audio.name || audio.language).slice(0, 60)}" of its own`;
  return {
    variant,
    audio,
    description: `variant ${size}${rate} of ${master.variants.length} taken${sound}`,
  };
}

function isAudioOnly({ height, codecs }: Variant): boolean {
  return height === null && codecs !== '' && !/avc|hvc|hev|vp0?[89]|av01|mp4v|dvh/i.test(codecs);
}
