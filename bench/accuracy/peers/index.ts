import { Audfprint } from './audfprint.js';
import { Chromaprint } from './chromaprint.js';
import { FfmpegSignature } from './ffmpeg-signature.js';
import { FrameHasher } from './frame-hasher.js';
import type { Peer } from './peer.js';
import { Videohash } from './videohash.js';
import { Vpdq, VpdqVoted } from './vpdq.js';

const hasher = new FrameHasher();

/** The other systems that the bench of accuracy compares with, in the order of its table. */
export const PEERS: readonly Peer[] = [
  new Chromaprint(),
  new Audfprint(),
  new FfmpegSignature(),
  new Vpdq(hasher),
  new VpdqVoted(hasher),
  new Videohash(),
];
