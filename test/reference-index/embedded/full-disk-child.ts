/**
 * Meets the end of the room: registers titles until there is none left, then takes a removed and a kept title
 * in hand. Prints one JSON object. Argument: data directory.
 */
import { openEmbeddedIndexWriter } from '../../../src/reference-index/embedded/index.js';
import { registrationOf, syntheticFingerprint } from '../synthetic.js';

const title = (n: number, seconds: number) =>
  registrationOf(syntheticFingerprint(n, { seconds }), { bytes: `full ${n}`, asset: `full-${n}` });

const writer = await openEmbeddedIndexWriter(process.argv[2]!);
await writer.register([title(0, 20)]);
let failure: unknown = null;
let registered = 1;
try {
  for (let n = 1; n < 100; n++, registered++) await writer.register([title(n, 2500)]);
} catch (error) {
  failure = error;
}
const { code, message } = failure as { code: string; message: string };
const references = await writer.references({});
const [words] = await writer.readWords([
  { fingerprintId: title(0, 20).fingerprintId, track: 0, first: 0, count: 10 },
]);
const stats = await writer.stats();
const troubles = await writer.verify();
await writer.close();
const isWhole = title(0, 20)
  .fingerprint.audio[0]!.words.slice(0, 10)
  .every((word, i) => words![i] === word);
console.log(
  JSON.stringify({
    code,
    message,
    registered,
    references: references.length,
    segments: stats.segments,
    isWhole,
    troubles,
  }),
);
