import { Time } from '../../parts/time.js';

const ISO = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;

/** One thing that is known of a capture, whatever kind it is of. */
export function Fact({ name, fact }: { readonly name: string; readonly fact: unknown }) {
  if (fact === null || fact === undefined || fact === '') return null;
  return (
    <>
      <dt>{wordsOf(name)}</dt>
      <dd>{shown(fact)}</dd>
    </>
  );
}

/** `lastSegmentAt` → `Last segment at`. */
function wordsOf(name: string): string {
  const words = name.replace(
    /([a-z0-9])([A-Z])/g,
    (_, before: string, after: string) => `${before} ${after.toLowerCase()}`,
  );
  return words[0]!.toUpperCase() + words.slice(1);
}

function shown(fact: unknown) {
  if (typeof fact === 'string') return ISO.test(fact) ? <Time at={fact} /> : <bdi>{fact}</bdi>;
  if (typeof fact === 'boolean') return fact ? 'Yes' : 'No';
  if (typeof fact === 'number') return fact.toLocaleString('en');
  if (Array.isArray(fact) && fact.length === 0) return 'none';
  return <span class="mono">{JSON.stringify(fact)}</span>;
}
