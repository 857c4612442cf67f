export { type Alignment, alignmentOf, MOST_COMPARED } from './alignment.js';
export { type Constellation, constellationOf, type SideSound } from './constellation.js';
export { Excerpts, type Had } from './excerpts.js';
export { type FramePair, Frames } from './frames.js';
export type { LandmarkHit } from './landmark-hits.js';
export { type SpectrogramImage, spectrogramOf } from './spectrogram.js';
export { type MediaState, StreamMedia } from './stream-media.js';
export { wavOf } from './wav.js';
