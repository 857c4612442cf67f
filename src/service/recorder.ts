import type { DetectionStore, ToldNews } from '../detections/detection-store.js';
import type { DetectionChange } from '../detections/tracker.js';
import { ipOf } from '../domain/host.js';
import { detectionId, streamId, utcMillis } from '../domain/ids.js';
import type { Sender } from '../domain/source-facts.js';
import { GroupCommit } from '../storage/group-commit.js';
import { type Bus, type Consumer, type Content, type Delivery, MessageError } from '../transport/index.js';
import { detectionOf, streamOf } from '../worker/index.js';

const GROUP = 'recorders';
/** Streams whose messages may wait for the same commit. */
const TOGETHER = 128;

/** Writes down what workers found out: each thing once, however often it is delivered. */
export class Recorder {
  private constructor(private readonly consumer: Consumer) {}

  /** @param onChange told what was not written down before. Throws as `Bus.consume` does */
  static async start(
    bus: Bus,
    store: DetectionStore,
    onChange: (change: DetectionChange) => void = () => undefined,
  ): Promise<Recorder> {
    const commits = new GroupCommit((told: readonly ToldNews[]) => store.saveOnce(told));
    const consumer = await bus.consume({
      group: GROUP,
      topics: ['streamprint.detections'],
      // One store, one writer: what many streams have to tell is written in one commit.
      concurrency: TOGETHER,
      handle: (delivery) => record(store, commits, delivery, onChange),
    });
    return new Recorder(consumer);
  }

  close(): Promise<void> {
    return this.consumer.close();
  }
}

async function record(
  store: DetectionStore,
  commits: GroupCommit<ToldNews, boolean>,
  delivery: Delivery,
  onChange: (change: DetectionChange) => void,
): Promise<void> {
  switch (delivery.type) {
    case 'detection/1': {
      const { content } = delivery;
      const stream = streamOf(content);
      const detection = detectionOf(stream, content, content.change === 'closed' ? 'closed' : 'open');
      const sender = senderOf(content);
      if (await commits.add({ stream, number: content.number, detections: [detection], sender }))
        onChange({ type: content.change, detection });
      return;
    }
    case 'ledger/1': {
      const { content } = delivery;
      await commits.add({ stream: streamOf(content), number: content.number, coverage: coverageOf(content) });
      return;
    }
    case 'still/1': {
      const { detection, side, time } = delivery.content;
      const jpeg = await delivery.body!.read();
      return store.saveStill(detectionId(detection), side, { time, jpeg });
    }
    default:
      throw new MessageError('header streamprint-type', `is ${delivery.type}, which is not written down`);
  }
}

function senderOf({ sender }: Content<'detection/1'>): Sender | null {
  const ip = sender && ipOf(sender.ip);
  return sender && ip ? { ip, asn: sender.asn } : null;
}

/** A sound rendition of its own is accounted for, but what was had of the stream is told by its pictures. */
function coverageOf({ stream, time, state, reason, segments }: Content<'ledger/1'>) {
  if (segments?.carries === 'audio' && state !== 'lost') return [];
  return [
    {
      streamId: streamId(stream.id),
      time: { start: utcMillis(Date.parse(time.start)), end: utcMillis(Date.parse(time.end)) },
      state,
      reason,
    },
  ];
}
