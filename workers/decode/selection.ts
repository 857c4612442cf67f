import { MAX_SOUND_TRACKS } from './decoder.js';

/** What the choice of tracks looks at. */
export interface TrackFacts {
  readonly index: number;
  readonly kind: 'video' | 'audio' | 'other';
  /** As named in FFmpeg, for messages. */
  readonly codec: string;
  readonly decodable: boolean;
  readonly isDefault: boolean;
  /** Cover art and the like: a picture, but not a moving one. */
  readonly isCover: boolean;
  /** Commentary, descriptions for the blind, and other tracks beside the main one. */
  readonly isExtra: boolean;
}

export interface Selection {
  readonly video: number | null;
  /** In the order of the container, the default one in front. */
  readonly audio: readonly number[];
  /** Sound tracks beyond MAX_SOUND_TRACKS. */
  readonly leftOut: number;
}

/** The picture track and the sound tracks that both decoders look at. */
export function selectTracks(tracks: readonly TrackFacts[]): Selection {
  const usable = tracks.filter((t) => t.decodable && !t.isCover);
  const videos = usable.filter((t) => t.kind === 'video');
  const audios = usable.filter((t) => t.kind === 'audio');
  const main =
    audios.find((t) => t.isDefault && !t.isExtra) ?? audios.find((t) => !t.isExtra) ?? audios[0] ?? null;
  const ordered = main ? [main, ...audios.filter((t) => t !== main)] : [];
  return {
    video: (videos.find((t) => t.isDefault) ?? videos[0])?.index ?? null,
    audio: ordered.slice(0, MAX_SOUND_TRACKS).map((t) => t.index),
    leftOut: Math.max(0, ordered.length - MAX_SOUND_TRACKS),
  };
}

/** `subrip, bin_data`, for the message that nothing in the input can be used. */
export function describeTracks(tracks: readonly TrackFacts[]): string {
  if (tracks.length === 0) return 'it holds no tracks';
  return `it holds only ${[...new Set(tracks.map((t) => t.codec))].slice(0, 8).join(', ')}`;
}

/** The language a track states; `und` (ISO 639-2: undetermined) states none. */
export function languageOf(tag: string | null | undefined): string | null {
  return tag && tag !== 'und' ? tag : null;
}
