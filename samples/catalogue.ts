import type { GenreName } from './genres.js';
import type { Material } from './material.js';
import { Random } from './random.js';

export const CATALOGUE_NAME = 'demo';

/** A title of the demo catalogue, with the columns of `register --metadata`. */
export interface Title extends Material {
  readonly title: string;
  readonly eidr: string;
  readonly isan: string;
  readonly isrc: string;
  readonly rightsHolder: string;
  readonly territories: string;
  readonly validFrom: string;
  readonly validTo: string;
}

const TITLE_SECONDS = 60;
const HOLDERS = {
  lumen: { rightsHolder: 'Lumen Pictures', territories: 'AT DE FR PL' },
  tidewater: { rightsHolder: 'Tidewater Television', territories: 'GB IE' },
  quill: { rightsHolder: 'Quill & Drum Records', territories: '' },
} as const;

const LIST: readonly (readonly [string, GenreName, keyof typeof HOLDERS])[] = [
  ['Harbour Lights', 'drama', 'lumen'],
  ['The Copper Line', 'action', 'lumen'],
  ['Rivers of the North', 'nature', 'tidewater'],
  ['Glass Orchard', 'music', 'quill'],
  ['Evening with Marlow', 'talk', 'tidewater'],
  ['Midnight Ferry', 'drama', 'lumen'],
  ['Zero Meridian', 'action', 'lumen'],
  ['Winter Atlas', 'nature', 'tidewater'],
  ['Paper Lanterns', 'music', 'quill'],
  ['Market Hall Stories', 'talk', 'tidewater'],
  ['The Signal Keeper', 'drama', 'lumen'],
  ['Echo Valley', 'music', 'quill'],
];

/** The twelve titles that are registered. */
export const TITLES: readonly Title[] = LIST.map(([title, genre, holder]) => {
  const id = title.toLowerCase().replaceAll(' ', '-');
  const random = new Random(`${id}/identifiers`);
  const hex = (digits: number) =>
    Array.from({ length: digits }, () => random.int(0, 15).toString(16).toUpperCase()).join('');
  const year = random.int(2019, 2025);
  return {
    id,
    title,
    genre,
    duration: TITLE_SECONDS,
    eidr: `10.5240/${[4, 4, 4, 4, 4].map(hex).join('-')}-${String.fromCharCode(random.int(65, 90))}`,
    isan: `0000-${hex(4)}-${hex(4)}-0000-${String.fromCharCode(random.int(65, 90))}-0000-0000-${String.fromCharCode(random.int(65, 90))}`,
    isrc:
      genre === 'music'
        ? `XX-Q1D-${String(year).slice(2)}-${String(random.int(1, 99999)).padStart(5, '0')}`
        : '',
    ...HOLDERS[holder],
    validFrom: `${year}-03-01`,
    validTo: `${year + 15}-02-28`,
  };
});

const advert = (id: string, duration: number): Material => ({ id, genre: 'advert', duration });

/** What channels show besides: registered nowhere. */
export const OTHERS: readonly Material[] = [
  advert('advert-fizz', 10),
  advert('advert-sneakers', 8),
  advert('advert-insurance', 10),
  advert('advert-phone', 8),
  advert('advert-coffee', 12),
  advert('station-ident', 12),
  { id: 'shop-window', genre: 'advert', duration: 30 },
  { id: 'call-in-quiz', genre: 'talk', duration: 30 },
  { id: 'village-news', genre: 'talk', duration: 30 },
  { id: 'cloud-watch', genre: 'nature', duration: 30 },
  { id: 'garage-band', genre: 'music', duration: 30 },
];

const MATERIALS: ReadonlyMap<string, Material> = new Map(
  [...TITLES, ...OTHERS].map((material) => [material.id, material]),
);

/** @throws RangeError for an id that is none */
export function materialOf(id: string): Material {
  const material = MATERIALS.get(id);
  if (!material) throw new RangeError(`no material "${id}"`);
  return material;
}

export const titleOf = (id: string): Title | null => TITLES.find((title) => title.id === id) ?? null;

/** The file for `register --metadata`; `files` gives the media file of each title, relative to the CSV file. */
export function metadataCsv(fileOf: (title: Title) => string): string {
  const header = 'file,title,asset_id,eidr,isan,isrc,rights_holder,territories,valid_from,valid_to';
  const rows = TITLES.map((title) =>
    [
      fileOf(title),
      title.title,
      title.id,
      title.eidr,
      title.isan,
      title.isrc,
      title.rightsHolder,
      title.territories,
      title.validFrom,
      title.validTo,
    ].join(','),
  );
  return `${[header, ...rows].join('\n')}\n`;
}
