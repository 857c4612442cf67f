import { createHash } from 'node:crypto';
import { LONGEST } from './render.js';
import type { Attack, Material, Modality, Title } from './types.js';

/** A title under an attack, and how many clips of each length are wanted of it. */
export interface Order {
  readonly title: Title;
  readonly attack: Attack;
  readonly modalities: readonly Modality[];
  readonly clips: ReadonlyMap<number, number>;
}

/** More clips than this of one title say little that is new. */
const MAX_A_TITLE = 6;
/** A rendering starts within so much of the title, or where all of it fits, s. */
const STARTS_WITHIN = 2;

/**
 * Which titles are attacked, so that each cell (modality × length) gets about `wanted` clips of as many titles as
 * there are. A rendering is `rendered` s long at most. The order of titles is random, but the same on every run.
 */
export function planAttack(
  material: Pick<Material, 'judged'>,
  titles: readonly Title[],
  attack: Attack,
  lengths: readonly number[],
  wanted: number,
  rendered = LONGEST,
): Order[] {
  const eligible = shuffled(titles, attack.name)
    .map((title) => ({ title, modalities: material.judged(title, attack) }))
    .filter(({ modalities }) => modalities.length > 0);
  const orders = new Map<Title, { modalities: readonly Modality[]; clips: Map<number, number> }>();
  for (const length of lengths) {
    const longEnough = eligible.filter(({ title }) => playing(title, attack, rendered) >= length);
    const have = new Map<Modality, number>();
    for (const { title, modalities } of longEnough) {
      const share = Math.max(...modalities.map((m) => perTitle(longEnough, m, wanted)));
      if (modalities.every((modality) => (have.get(modality) ?? 0) >= wanted)) continue;
      for (const modality of modalities) have.set(modality, (have.get(modality) ?? 0) + share);
      const order = orders.get(title) ?? { modalities, clips: new Map<number, number>() };
      order.clips.set(length, share);
      orders.set(title, order);
    }
  }
  return [...orders].map(([title, order]) => ({ title, attack, ...order }));
}

export function clipsOf(orders: readonly Order[]): number {
  return orders.reduce((sum, order) => sum + [...order.clips.values()].reduce((a, b) => a + b, 0), 0);
}

/** s of stream that a rendering of a title has at least. */
function playing(title: Title, attack: Attack, rendered: number): number {
  return Math.min(rendered, (title.duration - STARTS_WITHIN) / attack.speed);
}

function perTitle(
  eligible: readonly { modalities: readonly Modality[] }[],
  modality: Modality,
  wanted: number,
) {
  const titles = eligible.filter(({ modalities }) => modalities.includes(modality)).length;
  return Math.min(MAX_A_TITLE, Math.ceil(wanted / titles));
}

function shuffled(titles: readonly Title[], seed: string): Title[] {
  const rank = (title: Title) => createHash('sha256').update(`${seed}/${title.id}`).digest('hex');
  return [...titles].sort((a, b) => (rank(a) < rank(b) ? -1 : 1));
}
