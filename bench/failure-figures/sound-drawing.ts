import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { type SpectrogramImage, spectrogramOf } from '../../src/evidence/index.js';
import type { Landmark } from '../../src/evidence/landmark-hits.js';
import { openEmbeddedIndexWriter } from '../../src/reference-index/embedded/index.js';
import { printTable } from '../lib/results.js';
import { type Drawing, picture, text } from './drawing.js';
import { type Heard, heardUnder, type Place, registeredPlace } from './sound.js';

const PLACES = 8;
/** The one that is drawn, counted from 0. */
const DRAWN = 7;
const ATTACKS = {
  identity: 'as it is',
  'talkover-6-espeak': 'under speech 6 dB louder',
  'talkover-12-espeak': 'under speech 12 dB louder',
};
const LEFT = 12;
const WIDTH = 720;
const HEIGHT = 96;
const PANEL = HEIGHT + 34;
const LEGEND =
  'Circles: peaks of the reference’s landmarks; yellow: those that are left. 10 s, 100 to 3,800 Hz.';

/** Draws how few landmarks of a place's noises are left under louder speech, and prints it for some places. */
export async function drawSound(): Promise<Drawing> {
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'streamprint-figures-'));
  const index = await openEmbeddedIndexWriter(folder);
  const places: Place[] = [];
  for (let n = 1; n <= PLACES; n++) places.push(await registeredPlace(`place ${n}`, index));
  const rows: string[][] = [];
  const elements: string[] = [];
  for (const [n, place] of places.entries()) {
    for (const [i, [attack, about]] of Object.entries(ATTACKS).entries()) {
      const heard = await heardUnder(attack, place, index);
      const { landmarks, left, words, found } = heard;
      rows.push([place.name, about, `${left} of ${landmarks.length}`, words.toFixed(0), found.toFixed(0)]);
      if (n === DRAWN) elements.push(...(await panel(about, heard, i)));
    }
  }
  await index.close();
  await fs.rm(folder, { recursive: true, force: true });
  const title = 'Landmarks that are left in 10 s';
  printTable(title, ['sound', 'heard', 'landmarks left', 'words there, nats', 'found with, nats'], rows);
  const end = Object.keys(ATTACKS).length * PANEL;
  elements.push(text(LEFT, end + 18, LEGEND, 'fill="#555"'));
  return { width: WIDTH + 2 * LEFT, height: end + 30, elements };
}

async function panel(
  about: string,
  { samples, landmarks, left, words }: Heard,
  n: number,
): Promise<string[]> {
  const image = spectrogramOf(samples);
  const top = n * PANEL + 28;
  const raw = { width: image.columns, height: image.rows, channels: 1 } as const;
  const kept = `${left} of ${landmarks.length} landmarks are left`;
  // Those that are left lie above the others.
  const ordered = [...landmarks].sort((a, b) => Number(a.isLeft) - Number(b.isLeft));
  return [
    text(
      LEFT,
      top - 8,
      `${about}: ${kept}; the words there say ${words.toFixed(0)} nats`,
      'font-weight="bold"',
    ),
    await picture(image.pixels, raw, LEFT, top, WIDTH, HEIGHT),
    ...ordered.map((landmark) => drawn(landmark, landmark.isLeft, image, top)),
  ];
}

function drawn({ first, second }: Landmark, isLeft: boolean, image: SpectrogramImage, top: number): string {
  const { columns, step, minHz, maxHz } = image;
  const [from, to] = [first, second].map(([time, hz]) => ({
    x: Math.round(LEFT + (time / (columns * step)) * WIDTH),
    y: Math.round(top + (Math.log(maxHz / hz) / Math.log(maxHz / minHz)) * HEIGHT),
  }));
  const colour = isLeft ? '#ffd400' : '#8fc7ff';
  const circles = [from!, to!].map(({ x, y }) => `<circle cx="${x}" cy="${y}" r="2.2"/>`).join('');
  const line = isLeft ? `<line x1="${from!.x}" y1="${from!.y}" x2="${to!.x}" y2="${to!.y}"/>` : '';
  return `<g fill="none" stroke="${colour}">${line}${circles}</g>`;
}
