/** What a peer says about a clip: the title it takes it for, and where in it. */
export interface PeerAnswer {
  readonly titleId: string;
  /**
   * Reference − stream time, s; null where the peer gives none. No peer knows of speeds: where the clip does not
   * run at that of the title, this is the average over what matched, so it is to be compared with the truth at the
   * middle of the clip.
   */
  readonly offset: number | null;
  /** In the peer's own unit; larger is surer. */
  readonly score: number;
}

export interface PeerTitle {
  readonly id: string;
  readonly file: string;
}

/** A file that a peer could not work on, and why. */
export interface PeerFailure {
  readonly file: string;
  readonly message: string;
}

/** Another system, asked which title a clip is from. It is asked one thing at a time. */
export interface Peer {
  readonly name: string;
  readonly modality: 'audio' | 'video';
  /** Null when it can run; else one sentence: what to install. Sets up what it can by itself, once. */
  available(): Promise<string | null>;
  /** Replaces the titles that it knows. A title that it fails on is listed in `failures` and is not found. */
  enroll(titles: readonly PeerTitle[]): Promise<void>;
  /** The best title above the peer's threshold, or null: nothing found, or the peer failed (see `failures`). */
  query(file: string): Promise<PeerAnswer | null>;
  readonly failures: readonly PeerFailure[];
  close(): Promise<void>;
}
