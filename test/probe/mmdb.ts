/**
 * A database in MaxMind's format (maxmind.github.io/MaxMind-DB) of one node: IPv4 addresses whose first bit is 1 have
 * the record, the others none.
 */
export function mmdb(type: string, record: Data): Buffer {
  const NODES = 1;
  // Records of 24 bits: left = not found (the number of nodes), right = the first byte of the data.
  const tree = Buffer.from([0, 0, NODES, 0, 0, NODES + 16]);
  const metadata = {
    binary_format_major_version: 2,
    binary_format_minor_version: 0,
    build_epoch: 1,
    database_type: type,
    description: { en: type },
    ip_version: 4,
    languages: ['en'],
    node_count: NODES,
    record_size: 24,
  };
  const marker = Buffer.concat([Buffer.from([0xab, 0xcd, 0xef]), Buffer.from('MaxMind.com')]);
  return Buffer.concat([tree, Buffer.alloc(16), encoded(record), marker, encoded(metadata)]);
}

type Data = string | number | readonly Data[] | { readonly [name: string]: Data };

function encoded(value: Data): Buffer {
  if (typeof value === 'string')
    return Buffer.concat([Buffer.from([0x40 | value.length]), Buffer.from(value)]);
  if (typeof value === 'number') {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(value);
    return Buffer.concat([Buffer.from([0xc4]), bytes]);
  }
  if (Array.isArray(value)) return Buffer.concat([Buffer.from([value.length, 4]), ...value.map(encoded)]);
  const entries = Object.entries(value);
  const pairs = entries.flatMap(([name, inner]) => [encoded(name), encoded(inner as Data)]);
  return Buffer.concat([Buffer.from([0xe0 | entries.length]), ...pairs]);
}
