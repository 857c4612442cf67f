import { AudioAnalyser, MAX_AUDIO_GAP, STREAM_ANALYSIS } from '../../fingerprints/audio-analyser.js';
import { StreamPictures } from '../../fingerprints/stream-pictures.js';
import { SAMPLE_RATE, type Seconds } from '../../fingerprints/units.js';
import type { Decoder, DecodeSink } from '../decode/decoder.js';
import { KeyPace } from '../decode/pick.js';
import type { AudioState, SegmentResult, SegmentTask } from '../protocol.js';

/** The sound of a segment goes on from the one before when it begins this near to where that one ended. */
const JOINT: Seconds = 0.5;

/** A longer pause is fed to the analyser as silence, in pieces that are shorter than what it bridges. */
const SILENCE = new Int16Array((MAX_AUDIO_GAP - 2) * SAMPLE_RATE);
const NOTHING = new Int16Array(0);

/** Analyses a stretch of a suspect stream. @throws TaskFailure */
export async function analyseSegment(decoder: Decoder, task: SegmentTask): Promise<SegmentResult> {
  const pictures = new StreamPictures();
  const pace = task.pace && new KeyPace(task.pace);
  const sound = new SegmentSound(task.audioState);
  const sink: DecodeSink = {
    picture: (grey, width, height, time) => pictures.add(grey, width, height, time),
    audio: (_, pcm, time) => sound.feed(pcm, time),
    still: () => undefined,
  };
  const { start, end, report } = await decoder.decode(
    {
      path: task.path,
      pictures: task.pictures,
      ...(pace && { pace }),
      times: [],
      audio: 'default',
      stillEvery: 0,
      timesFrom: 'media',
      limits: task.limits,
    },
    sink,
  );
  return {
    start,
    end,
    ...sound.result(task.last),
    pictures: report.video ? pictures.take() : null,
    pictureDue: pace?.due ?? null,
    report,
  };
}

/** Analysers of segments that are done: to make one takes as long as to analyse a third of a second. */
const spare: AudioAnalyser[] = [];

/** The sound of one segment, joined to the one before where they touch. */
class SegmentSound {
  #analyser: AudioAnalyser | null = null;

  constructor(private readonly before: AudioState | null) {}

  feed(pcm: Int16Array, time: Seconds): void {
    this.#analyser ??= this.#begin(time);
    const analyser = this.#analyser;
    while (time - analyser.nextTime > MAX_AUDIO_GAP - 1) analyser.feed(SILENCE, analyser.nextTime);
    analyser.feed(pcm, time);
  }

  /** To be called once, when nothing more is fed. */
  result(last: boolean): Pick<SegmentResult, 'audio' | 'audioState'> {
    const analyser = this.#analyser ?? (last && this.before ? analyserAfter(this.before) : null);
    if (!analyser) return { audio: null, audioState: null };
    if (last) analyser.finish();
    const audio = analyser.take();
    const audioState = last ? null : analyser.state();
    spare.push(analyser);
    return { audio, audioState };
  }

  #begin(time: Seconds): AudioAnalyser {
    const analyser = analyserAfter(this.before);
    if (this.before) {
      if (Math.abs(time - analyser.nextTime) <= JOINT) return analyser;
      analyser.reset();
    }
    // The time line begins here: streams have been on for hours, and what was before is no silence.
    analyser.feed(NOTHING, time);
    return analyser;
  }
}

function analyserAfter(state: AudioState | null): AudioAnalyser {
  const analyser = spare.pop() ?? new AudioAnalyser(STREAM_ANALYSIS);
  if (state) analyser.restore(state);
  else analyser.reset();
  return analyser;
}
