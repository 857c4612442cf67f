import { Chromaprint } from './chromaprint.js';
import { FfmpegSignature } from './ffmpeg-signature.js';
import type { Peer } from './peer.js';

/** The other systems that the bench of accuracy compares with, in the order of its table. */
export const PEERS: readonly Peer[] = [new Chromaprint(), new FfmpegSignature()];
