import type { AttackName } from './types.js';

/** Attacks are made on pictures of this size, which then are enlarged to what is sent. */
export const WIDTH = 960;
export const HEIGHT = 540;
const HERTZ = 48_000;

interface Filters {
  readonly picture: readonly string[];
  readonly sound: readonly string[];
}

/** What ffmpeg does to a work under an attack. `speed` is that of the item. */
export function filtersOf(attack: AttackName | null, speed: number): Filters {
  switch (attack) {
    case 'logo':
      return {
        picture: [box(30, 24, 150, 66, '0xd01c1c'), box(54, 42, 102, 30, 'white'), bar(), ticker()],
        sound: [],
      };
    case 'crop':
      return {
        picture: [`crop=${even(WIDTH * 0.9)}:${even(HEIGHT * 0.9)}`, `scale=${WIDTH}:${HEIGHT}`],
        sound: [],
      };
    case 'mirrored':
      return { picture: ['hflip'], sound: [] };
    case 'letterbox':
      return {
        picture: [`scale=${WIDTH}:${even(HEIGHT * 0.76)}`, `pad=${WIDTH}:${HEIGHT}:-1:-1`],
        sound: [],
      };
    case 'speed':
      return {
        picture: [`setpts=PTS/${speed}`],
        // As a tape that is played faster: the pitch goes with it.
        sound: [`asetrate=${Math.round(HERTZ * speed)}`, `aresample=${HERTZ}`],
      };
    case 're-encode':
      return { picture: ['eq=brightness=0.03:contrast=1.05'], sound: ['volume=0.8'] };
    case null:
      return { picture: [], sound: [] };
  }
}

function box(x: number, y: number, width: number, height: number, colour: string): string {
  return `drawbox=x=${x}:y=${y}:w=${width}:h=${height}:color=${colour}:t=fill`;
}

const bar = () => box(0, HEIGHT - 46, WIDTH, 46, '0x1c4fd0');

/** Words running along the bar, as blocks: no font is needed. */
function ticker(): string {
  return [0, 130, 220, 400, 520, 690, 760]
    .map(
      (at, n) =>
        `drawbox=x=mod(${WIDTH + at}-t*90\\,${WIDTH + 200})-200:y=${HEIGHT - 34}:w=${60 + 12 * n}:h=20:color=white:t=fill`,
    )
    .join(',');
}

function even(pixels: number): number {
  return 2 * Math.round(pixels / 2);
}
