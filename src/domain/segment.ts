import type { Seconds } from '../../fingerprints/units.js';
import type { UtcMillis } from './ids.js';
import type { StreamInfo, StreamState } from './match.js';
import type { SourceFacts } from './source-facts.js';

/** Some seconds of a suspect stream, captured to a file that belongs to the receiver, who deletes it. */
export interface Segment {
  /** Grows by one for each segment of a stream that the source announced, lost ones included. */
  readonly sequence: number;
  /** The media: an init section, if there is one, is in front; decrypted. */
  readonly path: string;
  readonly bytes: number;
  /** SHA-256 of the media in the file, in hex. */
  readonly digest: string;
  readonly uri: string;
  /** When its first byte arrived. */
  readonly firstByteAt: UtcMillis;
  /** When its last byte arrived; absent = with the first. */
  readonly lastByteAt?: UtcMillis;
  /** As announced by the source; 0 = unknown. */
  readonly duration: Seconds;
  /** `both`: pictures and sound as they come; `audio`: a sound rendition of its own. */
  readonly carries: 'both' | 'audio';
  /** The time stamps start anew here. */
  readonly discontinuity: boolean;
  /** What the source claims: stored, never trusted. */
  readonly programDateTime: string | null;
  /** The source said that nothing follows. */
  readonly last: boolean;
  /** False: the file is somebody else's and stays where it is. Absent = true, the receiver deletes it. */
  readonly owned?: boolean;
  /** Absent = nothing is known of it: a file. */
  readonly source?: SourceFacts;
}

/** What a capture tells its reader, in the order in which it happened. */
export type CaptureEvent =
  | { readonly type: 'segment'; readonly segment: Segment }
  /** Announced by the source but not had: gone from the server, refused, too large; by the probe: no room for it. */
  | {
      readonly type: 'lost';
      readonly at: UtcMillis;
      readonly sequence: number;
      readonly duration: Seconds;
      readonly carries: 'both' | 'audio';
      readonly by: 'source' | 'probe';
      readonly reason: string;
    }
  /** A choice or a trouble worth a line: which variant was taken, what was retried. */
  | { readonly type: 'note'; readonly at: UtcMillis; readonly message: string }
  /** `gone` is the last event of a capture, with the reason; `ended` = the source said itself that nothing follows. */
  | {
      readonly type: 'state';
      readonly at: UtcMillis;
      readonly state: StreamState;
      readonly reason: string;
      readonly ended?: boolean;
    };

/** A running capture of one stream. Ends by itself when the source ends, or when the signal is aborted. */
export interface Capture {
  readonly stream: StreamInfo;
  readonly events: AsyncIterable<CaptureEvent>;
}
