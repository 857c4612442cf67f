import type { MessagePort } from 'node:worker_threads';
import { StreamprintError } from '../../domain/errors.js';
import type { ReferenceIndex } from '../../reference-index/reference-index.js';
import { LocalMatching, type StreamMatching } from '../stream-matching.js';
import type { Addition, MatchingAnswer, MatchingCall, MatchingResult } from './protocol.js';

type Ask = Extract<MatchingCall, { id: number }>;

/**
 * Matches what comes by a port, until it is told to close.
 * @param open the index; asked again when it could not be opened
 */
export function answerMatching(
  port: MessagePort,
  open: () => Promise<ReferenceIndex>,
  maxFalsePerDay: number,
): void {
  const streams = new Map<number, StreamMatching>();
  let opening: Promise<ReferenceIndex> | null = null;

  const opened = async (): Promise<ReferenceIndex> => {
    opening ??= open();
    try {
      return await opening;
    } catch (error) {
      opening = null;
      throw error;
    }
  };

  const matchingOf = async (stream: number): Promise<StreamMatching> => {
    const index = await opened();
    const known = streams.get(stream) ?? new LocalMatching(index, maxFalsePerDay);
    streams.set(stream, known);
    return known;
  };

  port.on('message', async (call: MatchingCall) => {
    if (call.kind === 'release') streams.delete(call.stream);
    else if (call.kind === 'close') {
      await (await opening)?.close();
      port.close();
    } else port.postMessage(await answer(call, matchingOf));
  });
}

async function answer(
  call: Ask,
  matchingOf: (stream: number) => Promise<StreamMatching>,
): Promise<MatchingAnswer> {
  const { id } = call;
  try {
    return { id, result: await resultOf(call, await matchingOf(call.stream)) };
  } catch (error) {
    if (error instanceof StreamprintError) return { id, error: { code: error.code, message: error.message } };
    return { id, fault: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

async function resultOf({ kind, additions }: Ask, matching: StreamMatching): Promise<MatchingResult> {
  for (const addition of additions) add(matching, addition);
  const matches = await (kind === 'finish' ? matching.finish() : matching.advance(kind === 'hasten'));
  const pictureEvery = { calm: matching.pictureEvery(false), inHaste: matching.pictureEvery(true) };
  return { matches, matchedUntil: matching.matchedUntil, pictureEvery };
}

function add(matching: StreamMatching, addition: Addition): void {
  if ('audio' in addition) matching.addAudio(addition.audio, addition.shift);
  else matching.addPictures(addition.pictures, addition.shift, addition.until);
}
