import { SAMPLE_RATE, type Seconds } from '../../fingerprints/units.js';
import type { Decoder } from '../decode/decoder.js';
import type { SoundResult, SoundTask } from '../protocol.js';

/** Takes the sound of a stretch; where there is none, there is silence. @throws TaskFailure */
export async function takeSound(decoder: Decoder, task: SoundTask): Promise<SoundResult> {
  const samples = new Int16Array(Math.max(0, Math.round((task.to - task.from) * SAMPLE_RATE)));
  let heard = 0;
  const put = (pcm: Int16Array, time: Seconds) => {
    const at = Math.round((time - task.from) * SAMPLE_RATE);
    const first = Math.max(0, -at);
    const end = Math.min(pcm.length, samples.length - at);
    if (end <= first) return;
    samples.set(pcm.subarray(first, end), at + first);
    heard += end - first;
  };
  await decoder.decode(
    {
      path: task.path,
      pictures: 'none',
      times: [],
      audio: 'default',
      stillEvery: 0,
      timesFrom: 'media',
      limits: task.limits,
    },
    { picture: () => undefined, audio: (_, pcm, time) => put(pcm, time), still: () => undefined },
  );
  return { samples, heard: heard / SAMPLE_RATE };
}
