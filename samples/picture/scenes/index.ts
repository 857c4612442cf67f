import { card } from './card.js';
import { city } from './city.js';
import { landscape } from './landscape.js';
import { mosaic } from './mosaic.js';
import { particles } from './particles.js';
import { plasma } from './plasma.js';
import { presenter } from './presenter.js';
import type { SceneMaker } from './scene.js';
import { solid } from './solid.js';
import { tunnel } from './tunnel.js';

/** Every kind of shot, by name. */
export const SCENES = {
  card,
  city,
  landscape,
  mosaic,
  particles,
  plasma,
  presenter,
  solid,
  tunnel,
} as const satisfies Record<string, SceneMaker>;

export type SceneKind = keyof typeof SCENES;
