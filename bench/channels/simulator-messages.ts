import type { ChannelPlan } from './types.js';

/** What the simulator is told when it starts. */
export interface SimulatorOrder {
  readonly channels: readonly ChannelPlan[];
  /** Folders and files of the reels, by reel and variant. */
  readonly reels: readonly Readonly<Record<string, readonly string[]>>[];
}

/** A segment that was asked for. */
export interface Request {
  readonly channel: string;
  readonly sequence: number;
  /** When its last byte was given to the network, ms since 1970; null = the server did not have it. */
  readonly at: number | null;
}

/** What it answers. */
export interface SimulatorReady {
  readonly port: number;
  /** When the broadcast began, ms since 1970. */
  readonly from: number;
}
