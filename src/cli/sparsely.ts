const AGAIN_MS = 60_000;
const MOST_KNOWN = 1_000;

/** Says each sentence at most once a minute: what goes wrong again and again is told once. */
export function sparsely(say: (message: string) => void): (message: string) => void {
  const said = new Map<string, number>();
  return (message) => {
    const now = performance.now();
    const before = said.get(message);
    if (before !== undefined && now - before < AGAIN_MS) return;
    if (said.size >= MOST_KNOWN) said.clear();
    said.set(message, now);
    say(message);
  };
}
