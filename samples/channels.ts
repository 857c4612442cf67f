import type { Overlays } from './picture/overlays.js';

/** A stretch of a channel's programme. */
export interface Item {
  /** Seconds on the channel. */
  readonly length: number;
  /** Material and the second of it at which the item starts. */
  readonly picture: readonly [material: string, from: number];
  readonly sound: readonly [material: string, from: number];
  readonly speed: number;
  readonly mirrored: boolean;
  /** Share of width and height cut away. */
  readonly crop: number;
}

export interface Channel {
  readonly id: string;
  readonly name: string;
  readonly group: string;
  readonly overlays: Overlays;
  /** Bits a second. */
  readonly videoBitRate: number;
  readonly audioBitRate: number;
  readonly items: readonly Item[];
}

type Changes = Partial<Pick<Item, 'speed' | 'mirrored' | 'crop' | 'sound' | 'picture'>>;

/** `length` seconds of a material, from its second `from` on. */
function clip(material: string, from: number, length: number, changes: Changes = {}): Item {
  const place = [material, from] as const;
  return { length, picture: place, sound: place, speed: 1, mirrored: false, crop: 0, ...changes };
}

const show = (material: string, length: number) => clip(material, 0, length);
const PLAIN: Overlays = { logo: null, ticker: null, clock: false };
const RATES = { videoBitRate: 500_000, audioBitRate: 64_000 };

/**
 * The pirate channels, 84 s each: 21 segments of 4 s. Each begins with something of its own, so that a viewer who
 * comes some seconds late misses nothing of ours.
 */
export const CHANNELS: readonly Channel[] = [
  {
    id: 'nova-1',
    name: 'Nova 1',
    group: 'Films',
    overlays: PLAIN,
    videoBitRate: 350_000,
    audioBitRate: 48_000,
    items: [
      show('station-ident', 10),
      clip('harbour-lights', 6, 22),
      show('advert-fizz', 8),
      clip('harbour-lights', 28, 18),
      show('advert-sneakers', 6),
      clip('zero-meridian', 15, 20),
    ],
  },
  {
    id: 'primetime-plus',
    name: 'PrimeTime Plus',
    group: 'Films',
    overlays: {
      logo: 'PRIME+',
      ticker: '24/7 ALL CHANNELS - ALL FILMS - CALL NOW AND GET 12 MONTHS FOR THE PRICE OF 6 - ',
      clock: true,
    },
    ...RATES,
    items: [
      show('advert-phone', 8),
      clip('the-copper-line', 20, 24),
      show('advert-coffee', 10),
      clip('evening-with-marlow', 4, 20),
      clip('midnight-ferry', 30, 22),
    ],
  },
  {
    id: 'zoom-tv',
    name: 'Zoom TV',
    group: 'Documentaries',
    overlays: { ...PLAIN, logo: 'ZOOM' },
    ...RATES,
    items: [
      show('village-news', 9),
      clip('rivers-of-the-north', 10, 25, { crop: 0.1 }),
      show('advert-insurance', 9),
      clip('winter-atlas', 25, 24, { crop: 0.1 }),
      show('cloud-watch', 17),
    ],
  },
  {
    id: 'fast-forward',
    name: 'Fast Forward',
    group: 'Series',
    overlays: PLAIN,
    ...RATES,
    items: [
      show('station-ident', 10),
      clip('the-signal-keeper', 8, 24, { speed: 1.04 }),
      show('advert-sneakers', 8),
      clip('market-hall-stories', 12, 22),
      show('call-in-quiz', 20),
    ],
  },
  {
    id: 'mirror-world',
    name: 'Mirror World',
    group: 'Series',
    overlays: PLAIN,
    ...RATES,
    items: [
      show('shop-window', 9),
      clip('midnight-ferry', 5, 22, { mirrored: true }),
      show('advert-coffee', 9),
      clip('the-copper-line', 28, 28, { mirrored: true, sound: ['garage-band', 0] }),
      show('advert-phone', 8),
      show('cloud-watch', 8),
    ],
  },
  {
    id: 'hit-radio-vision',
    name: 'Hit Radio Vision',
    group: 'Music',
    overlays: { logo: 'HITS', ticker: null, clock: true },
    videoBitRate: 300_000,
    audioBitRate: 48_000,
    items: [
      show('advert-insurance', 9),
      clip('glass-orchard', 12, 20),
      clip('paper-lanterns', 20, 22, { picture: ['cloud-watch', 4] }),
      show('advert-fizz', 9),
      clip('echo-valley', 30, 24, { mirrored: true }),
    ],
  },
  {
    id: 'town-square',
    name: 'Town Square',
    group: 'Local',
    overlays: { logo: 'TOWN', ticker: null, clock: true },
    ...RATES,
    items: [
      show('village-news', 26),
      show('advert-coffee', 10),
      show('garage-band', 24),
      show('call-in-quiz', 24),
    ],
  },
];

export const channelSeconds = (channel: Channel) => channel.items.reduce((sum, item) => sum + item.length, 0);
