import { decodeWhole } from '../../src/lookup/match-media.js';
import type { MediaPool } from '../../src/media/media-pool.js';
import { ahead, settle } from './run-ahead.js';
import type { Catalogue } from './run-catalogue.js';
import { matchLive } from './run-live.js';
import { matchAll } from './run-match.js';
import { factsOf, type Outcomes } from './run-outcomes.js';
import { clipsOf, type Order } from './run-plan.js';
import { Progress } from './run-progress.js';
import type { Clip, Material, Modality } from './types.js';

/** The length at which the effort for streams is compared with the thorough one, s. */
export const LIVE_LENGTH = 30;

const RENDER_AT_ONCE = 2;
const DECODE_AHEAD = 4;

export interface CutClip {
  readonly clip: Clip;
  readonly modalities: readonly Modality[];
}

/**
 * Renders, cuts, decodes and matches all that is ordered. Each clip is decoded once, and matched in every modality
 * that its attack is judged in; those of 30 s also as a stream would be.
 * @returns every clip that was cut, for others to try
 */
export async function runClips(
  material: Material,
  pool: MediaPool,
  catalogue: Catalogue,
  orders: readonly Order[],
  { seed, live }: { readonly seed: number; readonly live: boolean },
  outcomes: Outcomes,
): Promise<CutClip[]> {
  const progress = new Progress('clips', clipsOf(orders), 'clips');
  const cut: CutClip[] = [];
  const decode = ({ clip }: CutClip) => decodeWhole(pool, clip.file);
  for await (const { item, value, error } of ahead(
    cutAll(material, orders, seed, outcomes),
    DECODE_AHEAD,
    decode,
  )) {
    const { clip, modalities } = item;
    cut.push(item);
    if (error) outcomes.failure('streamprint', factsOf(clip), modalities, error);
    else
      for (const modality of modalities)
        outcomes.answer('streamprint', clip, modality, await matchAll(catalogue.index, value, modality));
    if (live && clip.length === LIVE_LENGTH) await runLive(pool, catalogue, item, outcomes);
    progress.step(1, clip.rendering.attack.name);
  }
  return cut;
}

async function runLive(pool: MediaPool, catalogue: Catalogue, item: CutClip, outcomes: Outcomes) {
  const { clip, modalities } = item;
  for (const modality of modalities) {
    const { value, error } = await settle(modality, () =>
      matchLive(pool, catalogue.index, clip.file, modality),
    );
    if (error) outcomes.failure('streamprint-live', factsOf(clip), [modality], error);
    else outcomes.answer('streamprint-live', clip, modality, value);
  }
}

async function* cutAll(
  material: Material,
  orders: readonly Order[],
  seed: number,
  outcomes: Outcomes,
): AsyncGenerator<CutClip> {
  const make = (order: Order) => clipsOfOrder(material, order, seed);
  for await (const { item, value, error } of ahead(orders, RENDER_AT_ONCE, make))
    if (!error) for (const clip of value) yield { clip, modalities: item.modalities };
    else
      for (const [length, count] of item.clips) {
        const { title, attack, modalities } = item;
        const facts = { attack: attack.name, length, titleId: title.id, file: title.file };
        for (let i = 0; i < count; i++) outcomes.failure('streamprint', facts, modalities, error);
      }
}

async function clipsOfOrder(material: Material, order: Order, seed: number): Promise<Clip[]> {
  const rendering = await material.render(order.title, order.attack, seed);
  const clips = new Map<string, Clip>();
  for (const [length, count] of order.clips)
    for (const clip of await material.clips(rendering, length, count, seed)) clips.set(clip.file, clip);
  return [...clips.values()];
}
