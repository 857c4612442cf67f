import { createHmac, timingSafeEqual } from 'node:crypto';
import Type, { type Static, type TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { unusable } from './problem.js';
import { orNull } from './route.js';

const MAC_BYTES = 12;

/** What every list takes; spread it into the schema of the query. */
export const PAGE = {
  limit: Type.Integer({ minimum: 1, maximum: 500, default: 50, description: 'Items of a page, at most' }),
  cursor: Type.Optional(
    Type.String({ minLength: 1, maxLength: 2048, description: '`next` of the page before' }),
  ),
};

/** What every list answers. */
export const pageOf = <T extends TSchema>(item: T) =>
  Type.Object({
    items: Type.Array(item),
    next: orNull(Type.String({ description: '`cursor` of the next page; null = this is the last' })),
  });

export interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}

/** Where a list goes on, as text that only we can have written. */
export class Cursors {
  constructor(private readonly secret: Uint8Array) {}

  /** For one kind of list, whose places are as the schema says. */
  of<T extends TSchema>(list: string, place: T): ListCursor<Static<T>> {
    const validator = Compile(place);
    return {
      read: (text) => {
        if (text === undefined) return null;
        const value = this.#read(list, text);
        if (value === undefined || !validator.Check(value))
          throw unusable('/cursor', 'This cursor is none of this list.');
        return value as Static<T>;
      },
      write: (place) => this.#write(list, place),
      page: (found, limit, placeOf) => {
        const items = found.slice(0, limit);
        const last = items.at(-1);
        const hasMore = found.length > limit && last !== undefined;
        return { items, next: hasMore ? this.#write(list, placeOf(last)) : null };
      },
    };
  }

  #write(list: string, place: unknown): string {
    const text = Buffer.from(JSON.stringify(place)).toString('base64url');
    return `${text}.${this.#mac(list, text).toString('base64url')}`;
  }

  #read(list: string, cursor: string): unknown {
    const [text = '', mac = ''] = cursor.split('.');
    const given = Buffer.from(mac, 'base64url');
    const expected = this.#mac(list, text);
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
    return JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
  }

  #mac(list: string, text: string): Buffer {
    return createHmac('sha256', this.secret).update(`${list}\n${text}`).digest().subarray(0, MAC_BYTES);
  }
}

export interface ListCursor<Place> {
  /** The place to go on from; null = from the start. Throws a 400 that points at `/cursor`. */
  read(cursor: string | undefined): Place | null;
  /** The cursor of a place. */
  write(place: Place): string;
  /**
   * @param found one more than `limit`, where there are as many
   * @param placeOf of the last item of a page: where the next goes on
   */
  page<T>(found: readonly T[], limit: number, placeOf: (item: T) => Place): Page<T>;
}
