import path from 'node:path';
import type { FingerprintId } from '../../domain/ids.js';

/** Where the embedded index keeps its files within a data directory. */
export class Layout {
  readonly root: string;
  readonly database: string;
  readonly segments: string;
  readonly stills: string;

  constructor(dataDirectory: string) {
    this.root = path.resolve(dataDirectory, 'references');
    this.database = path.join(this.root, 'catalogue.db');
    this.segments = path.join(this.root, 'segments');
    this.stills = path.join(this.root, 'stills');
  }

  segment(number: number): string {
    return path.join(this.segments, `${String(number).padStart(6, '0')}.seg`);
  }

  /** Fingerprint ids are hex digests: safe as names, and their first two digits spread the files. */
  stillsOf(id: FingerprintId): string {
    return path.join(this.stills, id.slice(0, 2), `${id}.stills`);
  }
}
