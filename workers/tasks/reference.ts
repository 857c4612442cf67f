import { ReferenceFingerprintBuilder } from '../../fingerprints/reference-builder.js';
import { LEAST_SAID, saidByPictures, saidBySound } from '../../fingerprints/said.js';
import type { Seconds } from '../../fingerprints/units.js';
import type { Decoder, DecodeSink } from '../decode/decoder.js';
import { TaskFailure } from '../failure.js';
import type { DecodeReport, ReferenceResult, ReferenceTask } from '../protocol.js';
import { StillCollector } from './still-collector.js';

/** @param total null = not known */
export type Advance = (time: Seconds, total: Seconds | null) => void;

/** What one picture may count for: a picture that stands for hours is still one picture. */
const PICTURE_COUNTS: Seconds = 1;

/**
 * Fingerprints a whole file.
 * @param progress told the media time that has been reached, and about how long it all is
 * @throws TaskFailure
 */
export async function fingerprintReference(
  decoder: Decoder,
  task: ReferenceTask,
  progress: Advance,
): Promise<ReferenceResult> {
  const builder = new ReferenceFingerprintBuilder();
  const stills = new StillCollector();
  let pictures = 0;
  let total: Seconds | null = null;
  const sink: DecodeSink = {
    expected(duration) {
      total = duration;
    },
    picture(grey, width, height, time) {
      pictures++;
      builder.picture(grey, width, height, time);
      progress(time, total);
    },
    audio(track, pcm, time) {
      builder.audio(track, pcm, time);
      progress(time, total);
    },
    still: (rgb, width, height, time) => stills.add(rgb, width, height, time),
  };
  const { start, end, report } = await decoder.decode(
    {
      path: task.path,
      pictures: 'dense',
      times: [],
      audio: 'all',
      stillEvery: task.stillEvery,
      timesFrom: 'start',
      limits: task.limits,
    },
    sink,
  );
  const fingerprint = builder.finish(end - start);
  const { video, audio } = fingerprint;
  const seen = Math.min(video ? saidByPictures(video.rows) : 0, pictures * PICTURE_COUNTS);
  if (Math.max(seen, saidBySound(audio)) < LEAST_SAID)
    throw new TaskFailure('SP_INPUT_TOO_SHORT', tooShort(task.path, report));
  return { fingerprint, stills: await stills.all(), report };
}

function tooShort(path: string, { video, audio, duration }: DecodeReport): string {
  const pictures = video ? plural(video.pictures, 'picture') : 'no picture';
  const sound =
    audio.length === 0 ? 'no sound' : `${Math.max(...audio.map((a) => a.seconds)).toFixed(1)} s of sound`;
  return (
    `${path}: there is too little to fingerprint: ${pictures} and ${sound} in ${duration.toFixed(1)} s, of which ` +
    `less than ${LEAST_SAID} s say anything (black, flat and silent stretches do not).`
  );
}

const plural = (n: number, what: string) => `${n} ${what}${n === 1 ? '' : 's'}`;
