import type { Observations } from './observations.js';

export interface SystemOptions {
  /** Data directory with the references. */
  readonly data: string;
  /** Puts the channels on air; the address of their list. To be asked once all else stands that takes long to start. */
  readonly onAir: () => Promise<string>;
  /** Number of channels in it. */
  readonly channels: number;
  /** Where profiles of its processes go (`node --cpu-prof`); null = none are made. */
  readonly profiles: string | null;
  readonly observations: Observations;
}

/** A system that watches channels, in processes of its own. */
export interface System {
  /** Its processes, by what they do; what they started belongs to them. */
  readonly processes: Readonly<Record<string, number>>;
  /** Processes that serve it and are not counted as its own: a broker. */
  readonly servers: Readonly<Record<string, number>>;
  /** Ends it and waits. Throws when it had ended by itself. */
  stop(): Promise<void>;
}

export type StartSystem = (options: SystemOptions) => Promise<System>;
