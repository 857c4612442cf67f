import type { ComparedEntry, Comparison, FoundDetection } from './compare.js';

const MARKS = { found: '✓', missing: '✗', misplaced: '✗' } as const;

/** The comparison for a terminal: one line an entry, one a detection that should not be. */
export function verdictLines(comparison: Comparison): string[] {
  const wide = Math.max(0, ...comparison.entries.map(({ channel }) => channel.name.length));
  const titles = Math.max(0, ...comparison.entries.map(({ entry }) => entry.title.length));
  return [
    ...comparison.entries.map((compared) => {
      const { channel, entry, verdict } = compared;
      const where = `${clock(entry.streamStart)}–${clock(entry.streamEnd)}`;
      return `${MARKS[verdict]} ${channel.name.padEnd(wide)}  ${where}  ${entry.title.padEnd(titles)}  ${entry.transformation}: ${outcome(compared)}`;
    }),
    ...comparison.unexpected.map(
      (detection) =>
        `✗ ${detection.stream.id}: ${detection.title} found where it did not run (${span(detection)})`,
    ),
  ];
}

/** The comparison in one sentence. */
export function verdictSentence({ entries, unexpected, passed }: Comparison): string {
  const found = entries.filter(({ verdict }) => verdict === 'found').length;
  if (passed) return `All ${found} clips that were planted were found in their places, and nothing else.`;
  return `${found} of ${entries.length} planted clips were found in their places, ${unexpected.length} detections should not be.`;
}

function outcome({ verdict, problems, found }: ComparedEntry): string {
  if (verdict === 'found') return `found by ${wordsFor(found[0]!)}`;
  return problems.join('; ');
}

function wordsFor({ modality, mirrored }: FoundDetection): string {
  const what = modality === 'both' ? 'picture and sound' : modality === 'video' ? 'picture' : 'sound';
  return mirrored ? `${what}, mirrored` : what;
}

const span = ({ start, end }: FoundDetection) => `${start.slice(11, 19)}–${end.slice(11, 19)} UTC`;

function clock(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(Math.round(seconds % 60)).padStart(2, '0')}`;
}
