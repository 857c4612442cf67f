import fs from 'node:fs';
import path from 'node:path';
import type { CatalogueReader } from './catalogue-reader.js';
import type { Layout } from './layout.js';

/** Deletes the files that no record names: a crash left them before they were acknowledged, or after they were merged. */
export function deleteLeftovers(layout: Layout, records: CatalogueReader): void {
  const segments = new Set(records.liveSegments().numbers.map((number) => layout.segment(number)));
  deleteOthers(layout.segments, segments);
  const stills = new Set(records.fingerprintIds().map((id) => layout.stillsOf(id)));
  for (const folder of fs.readdirSync(layout.stills)) deleteOthers(path.join(layout.stills, folder), stills);
}

function deleteOthers(directory: string, named: ReadonlySet<string>): void {
  for (const name of fs.readdirSync(directory)) {
    const file = path.join(directory, name);
    if (!named.has(file)) fs.rmSync(file, { force: true });
  }
}
