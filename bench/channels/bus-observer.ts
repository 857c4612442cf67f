import type { Config } from '../../src/config.js';
import { openBusBeside } from '../../src/roles/bus.js';
import type { Bus, Content } from '../../src/transport/index.js';
import type { Observations } from './observations.js';

/** Takes down what workers tell over the bus, as any client would read it. Ends with `close`. */
export async function observeBus(config: Config, data: string, observations: Observations): Promise<Bus> {
  const bus = await openBusBeside(config, data, 'bench');
  await bus.follow({
    topic: 'streamprint.detections',
    take: async ({ message }) => {
      if (message?.type === 'ledger/1') noteLedger(observations, message.content);
      if (message?.type === 'detection/1') noteDetection(observations, message.content);
    },
    onInvalid: (_, error) => observations.lost(`message: ${error.message}`),
  });
  return bus;
}

export function noteLedger(observations: Observations, content: Content<'ledger/1'>): void {
  const { stream, at, state, reason, segments } = content;
  if (segments === null) return;
  const isMatched = state === 'captured' || state === 'damaged';
  if (!isMatched) observations.lost(reason.replaceAll(/\d+/g, 'N'), segments.count);
  for (let n = 0; n < segments.count; n++)
    observations.numbered.push({
      ...{ channel: stream.id, run: segments.run, sequence: segments.sequence + n },
      ...{ at: Date.parse(at), isMatched },
    });
}

function noteDetection(observations: Observations, content: Content<'detection/1'>): void {
  const { change, at, id, stream, assetId, time, reference } = content;
  observations.detections.push({
    ...{ change, at: Date.parse(at), id, channel: stream.id, work: assetId },
    ...{ start: Date.parse(time.start), end: Date.parse(time.end), from: reference.start },
  });
}
