import { type StreamId, streamId } from '../domain/ids.js';
import { shortDigest, slug } from '../domain/slug.js';

/** Characters of an id, before what tells two apart. */
const LONGEST = 180;

/**
 * Gives streams their ids: the `tvg-id`, else a slug of the name; an empty one counts as absent. On a repeated
 * id all but the first get `-` and 8 hex digits of the address's SHA-256.
 */
export class StreamIds {
  private readonly taken = new Set<string>();

  /** Null when this very stream is there already, under both ids. */
  assign(stream: { readonly tvgId?: string; readonly name: string; readonly url: string }): StreamId | null {
    const plain = (stream.tvgId?.trim() || slug(stream.name)).slice(0, LONGEST);
    const told = `${plain}-${shortDigest(stream.url)}`;
    const id = this.taken.has(plain) ? told : plain;
    if (this.taken.has(id)) return null;
    this.taken.add(id);
    return streamId(id);
  }
}
