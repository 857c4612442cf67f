import { Random } from '../random.js';
import type { Canvas } from './canvas.js';
import type { Look } from './colour.js';
import { SCENES, type SceneKind } from './scenes/index.js';
import type { Scene } from './scenes/scene.js';

interface Shot {
  readonly start: number;
  readonly kind: SceneKind;
  readonly seed: string;
}

/** The pictures of one title: shots of 2 to 8 s with cuts between, each painted from its own seed. */
export class Film {
  readonly #look: Look;
  readonly #shots: readonly Shot[];
  #current: { readonly shot: Shot; readonly scene: Scene } | null = null;

  /** `kinds`: what shots the title is made of; a kind named twice comes twice as often. */
  constructor(seed: string, duration: number, look: Look, kinds: readonly SceneKind[]) {
    this.#look = look;
    const random = new Random(`${seed}/shots`);
    const shots: Shot[] = [];
    for (let start = 0; start < duration; start += random.range(2, 8)) {
      const before = shots.at(-1)?.kind;
      let kind = random.pick(kinds);
      if (kind === before) kind = random.pick(kinds);
      shots.push({ start, kind, seed: `${seed}/shot ${shots.length}` });
    }
    this.#shots = shots;
  }

  /** Paints the picture at `time` seconds; the last shot runs on beyond the end. */
  paint(canvas: Canvas, time: number): void {
    const shot = this.#shots.findLast((candidate) => candidate.start <= time) ?? this.#shots[0]!;
    if (this.#current?.shot !== shot)
      this.#current = { shot, scene: SCENES[shot.kind](new Random(shot.seed), this.#look) };
    this.#current.scene.paint(canvas, time - shot.start);
  }
}
