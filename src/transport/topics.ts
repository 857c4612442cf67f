import type { MessageType } from './messages.js';

/** What is known of a topic, whatever carries it. */
export interface TopicFacts {
  readonly types: readonly MessageType[];
  /** Only the last message of each key is kept, for ever; else messages go after `retention`. */
  readonly compacted: boolean;
  /** Largest record: key, headers and value. */
  readonly maxBytes: number;
  /** s */
  readonly retention: number;
  /** Its messages are big and of no use once they were worked on. */
  readonly media: boolean;
  /** Size of a file of Kafka's log, which only lets go of whole files; null = the broker's own. */
  readonly fileBytes: number | null;
}

const MIB = 1024 * 1024;
const HOUR = 3600;
const DAY = 24 * HOUR;

/** Bodies up to this go in the message itself, larger ones to a blob store: `segment.inlineMaxBytes`. */
export const INLINE_MAX_BYTES = 8 * MIB;
export const MAX_RECORD_BYTES = 9 * MIB;
/** A dead letter is a whole record and what is said about it. */
const MAX_LETTER_BYTES = 10 * MIB;

const captured = ['lost/1', 'state/1', 'note/1'] as const;
const small = {
  compacted: false,
  maxBytes: MAX_RECORD_BYTES,
  retention: 7 * DAY,
  media: false,
  fileBytes: null,
};
const media = { ...small, retention: HOUR, media: true, fileBytes: 128 * MIB };

export const TOPICS = {
  'streamprint.segments': { types: ['segment/1', ...captured], ...media },
  'streamprint.fingerprints': { types: ['fingerprint/1', ...captured], ...media, retention: DAY },
  'streamprint.evidence-requests': { types: ['evidence-request/1'], ...small, retention: DAY },
  'streamprint.evidence': { types: ['evidence/1', 'evidence-end/1'], ...small, retention: DAY },
  'streamprint.matches': { types: ['match/1'], ...small },
  'streamprint.detections': { types: ['detection/1', 'ledger/1', 'still/1'], ...small },
  'streamprint.streams': {
    types: ['stream-state/1', 'claim/1'],
    ...small,
    compacted: true,
    fileBytes: 16 * MIB,
  },
  'streamprint.frames': { types: ['frame/1'], ...small, compacted: true, fileBytes: 16 * MIB },
  'streamprint.alerts': { types: ['alert/1'], ...small },
  'streamprint.dead-letters': { types: ['replayed/1'], ...small, maxBytes: MAX_LETTER_BYTES },
  'streamprint.catalogue': { types: ['reference/1'], ...small, compacted: true },
} as const satisfies Record<string, TopicFacts>;

export type Topic = keyof typeof TOPICS;
export const TOPIC_NAMES = Object.keys(TOPICS) as Topic[];
export const isTopic = (name: string): name is Topic => Object.hasOwn(TOPICS, name);
export const factsOf = (topic: Topic): TopicFacts => TOPICS[topic];
