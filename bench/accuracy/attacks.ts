import { chains } from './attacks-chain.js';
import { filmedPictures } from './attacks-filmed.js';
import {
  bars,
  borderOver,
  drops,
  frameAround,
  logoTickerClock,
  pictureInPicture,
  splitScreen,
  subtitles,
  zoom,
} from './attacks-picture.js';
import { ofPictures, ofSound, onPictures, onSound, type Recipe, recipe } from './attacks-recipe.js';
import { filmedSound, noiseOver, replaced, reverb, talkedOver, voicesOver } from './attacks-sound.js';
import { pictureRate, pitch, playedFaster, tempo } from './attacks-time.js';
import type { Modality, Title } from './types.js';

/** Every attack on its own, with its parameters. Positions, colours and directions vary with title and seed. */
const SINGLE: readonly Recipe[] = [
  recipe('identity', 'encoding', 'H.264 at CRF 16, at most 1280 wide, AAC 192k', [], {
    encoding: { largest: 1280, quality: ['-preset', 'ultrafast', '-crf', '16'], soundRate: 192 },
  }),
  recipe('reencode', 'encoding', '320 wide, 300 kbit/s, AAC 64k', [], {
    encoding: { largest: 320, quality: ['-b:v', '300k', '-maxrate', '300k', '-bufsize', '600k'] },
  }),
  recipe('loss', 'damage', '0.75 % of the TS packets lost, in bursts of 1 to 12', [], {
    encoding: { loss: 0.0075 },
  }),
  onPictures(
    'drops',
    'damage',
    'a fifth of the pictures and 0.5 s every 7 s lost, the one before stays on',
    drops,
  ),

  onPictures('logo-ticker-clock', 'overlay', 'opaque logo, clock, ticker of 8 to 11 %', logoTickerClock),
  onPictures('subtitles', 'overlay', 'one or two lines of 6.5 % of the height', subtitles),
  onPictures('border-over', 'overlay', 'opaque border of 7 % over the edges', borderOver),
  onPictures('frame-around', 'overlay', 'the picture at 80 % in a still one', frameAround),

  ...[5, 10, 20].map((percent) =>
    onPictures(`crop-${percent}`, 'geometry', `the centre ${100 - percent} % of width and height`, (g) => {
      const share = 1 - percent / 100;
      g.resize(g.width * share, g.height * share, (w, h) => `crop=${w}:${h}`);
    }),
  ),
  onPictures('zoom-1.25', 'geometry', 'the middle, 1.25 times as large', zoom(false)),
  onPictures('zoom-1.25-off', 'geometry', '1.25 times as large, towards an edge or corner', zoom(true)),
  onPictures(
    'letterbox',
    'geometry',
    'black bars above and below, a third of the height',
    bars('down', 4 / 3),
  ),
  onPictures(
    'pillarbox',
    'geometry',
    'black bars left and right, a third of the width',
    bars('across', 4 / 3),
  ),
  onPictures('squeeze-4to3', 'geometry', 'three quarters of the width', (g) =>
    g.resize(g.width * 0.75, g.height, (w, h) => `scale=${w}:${h}`),
  ),
  onPictures('squeeze-16to9', 'geometry', 'three quarters of the height', (g) =>
    g.resize(g.width, g.height * 0.75, (w, h) => `scale=${w}:${h}`),
  ),
  onPictures('mirrored', 'geometry', 'left and right exchanged', (g) => g.filterPicture('hflip'), {
    mirrored: true,
  }),
  onPictures('pip-60', 'picture in picture', '60 % over moving pictures', pictureInPicture(0.6)),
  onPictures('pip-40', 'picture in picture', '40 % over moving pictures', pictureInPicture(0.4)),
  onPictures('split-squeezed', 'picture in picture', 'squeezed into a half', splitScreen('squeezed')),
  onPictures(
    'split-middle',
    'picture in picture',
    'its middle half beside other pictures',
    splitScreen('middle'),
  ),

  onPictures('colour', 'look', 'hue turned by 20 to 40 degrees, saturation 1.4 to 1.8', (g) => {
    const hue = g.random.range(20, 40) * g.random.pick([-1, 1]);
    g.filterPicture(`hue=h=${hue.toFixed(1)}:s=${g.random.range(1.4, 1.8).toFixed(2)}`);
  }),
  onPictures('gamma', 'look', 'gamma 1.6 or 0.6', (g) =>
    g.filterPicture(`eq=gamma=${g.random.pick([0.6, 1.6])}`),
  ),
  onPictures('grey', 'look', 'no colour', (g) => g.filterPicture('hue=s=0')),
  onPictures('contrast', 'look', 'contrast 1.5 or 0.6', (g) =>
    g.filterPicture(`eq=contrast=${g.random.pick([0.6, 1.5])}`),
  ),
  onPictures('blur-noise', 'look', 'Gaussian blur of 1 % of the width, noise of 22', (g) =>
    g.filterPicture(
      `gblur=sigma=${(g.width / 250).toFixed(2)},noise=alls=22:allf=t:all_seed=${g.random.int(1, 9999)}`,
    ),
  ),
  recipe(
    'filmed',
    'filmed off a screen',
    'perspective, moiré, flicker, rotation, room, shake; reverb of 0.8 s with twice the energy, noise at -15 dB',
    [ofPictures(filmedPictures), ofSound(filmedSound)],
  ),

  ...[24, 30, 50].map((rate) =>
    onPictures(
      `fps-${rate}`,
      'time',
      `${rate} pictures a second by repeating and leaving out`,
      pictureRate(rate),
    ),
  ),
  onPictures('fps-30-blended', 'time', '30 pictures a second, blended', pictureRate(30, true)),
  recipe('speed+4', 'time', 'times 25/24, the pitch follows', playedFaster(25 / 24), { speed: 25 / 24 }),
  recipe('speed-4', 'time', 'times 24/25, the pitch follows', playedFaster(24 / 25), { speed: 24 / 25 }),
  recipe('tempo+4', 'time', 'times 1.04, the pitch kept', tempo(1.04), { speed: 1.04 }),
  recipe('tempo-4', 'time', 'times 0.96, the pitch kept', tempo(0.96), { speed: 0.96 }),

  onSound('pitch+2', 'sound', 'pitch 2 % up, tempo kept', pitch(1.02)),
  onSound('pitch-2', 'sound', 'pitch 2 % down, tempo kept', pitch(0.98)),
  onSound('aac-32k', 'sound', 'AAC at 32 kbit/s, mono', () => undefined, {
    encoding: { soundRate: 32, channels: 1 },
  }),
  onSound('lowpass-4k', 'sound', 'two low-passes of second order at 4 kHz', (g) =>
    g.filterSound('lowpass=f=4000:p=2,lowpass=f=4000:p=2'),
  ),
  onSound('pink-noise-0dB', 'sound', 'pink noise as loud as the title', noiseOver(0)),
  ...[0, 6, 12].flatMap((louder) => [
    onSound(`talkover-${louder}-espeak`, 'sound', `generated speech ${louder} dB louder`, talkedOver(louder)),
    onSound(`talkover-${louder}-voices`, 'sound', `recorded speech ${louder} dB louder`, voicesOver(louder)),
  ]),
  onSound('reverb', 'sound', 'a hall of 1.2 s, as loud as the sound itself', reverb(1.2, 1)),
  onSound('compression', 'sound', '20 : 1 above -30 dB', (g) =>
    g.filterSound('acompressor=threshold=0.0316:ratio=20:attack=2:release=60:makeup=4,alimiter=limit=0.9'),
  ),

  recipe('muted', 'one modality', 'no sound', [ofSound((g) => g.filterSound('volume=0'))], {
    judged: ['video', 'both'],
    needs: ['pictures', 'sound'],
  }),
  recipe('replaced-audio', 'one modality', 'other music instead', [ofSound(replaced)], {
    judged: ['video', 'both'],
    needs: ['pictures', 'sound'],
  }),
  recipe(
    'black-picture',
    'one modality',
    'no pictures',
    [ofPictures((g) => g.filterPicture('drawbox=color=black:t=fill'))],
    { judged: ['audio', 'both'], needs: ['pictures', 'sound'] },
  ),
];

/** Every attack: those on their own, and chains of three. */
export const ATTACKS: readonly Recipe[] = [...SINGLE, ...chains(8, SINGLE)];

/** Throws when there is no attack of that name. */
export function attackNamed(name: string): Recipe {
  const found = ATTACKS.find((attack) => attack.name === name);
  if (!found)
    throw new RangeError(`no attack ${name}; there are ${ATTACKS.map((attack) => attack.name).join(', ')}`);
  return found;
}

/** The modalities in which an attack on a title is judged: none when it lacks what the attack is about. */
export function judged(title: Title, attack: Recipe): readonly Modality[] {
  if (attack.needs.includes('pictures') && !title.hasVideo) return [];
  if (attack.needs.includes('sound') && !title.hasAudio) return [];
  return attack.judged.filter((modality) => {
    if (modality === 'video') return title.hasVideo;
    if (modality === 'audio') return title.hasAudio;
    return title.hasVideo && title.hasAudio;
  });
}
