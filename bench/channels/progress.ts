import type { Observations } from './observations.js';

const EVERY_MS = 15_000;

export function say(text: string): void {
  console.log(`${new Date().toISOString().slice(11, 19)} ${text}`);
}

/** Prints every 15 s how a run goes, until it is stopped. */
export function showProgress({ matched, numbered, detections }: Observations, channels: number): () => void {
  let before = 0;
  const timer = setInterval(() => {
    const all = [...matched, ...numbered];
    const fresh = all.slice(before);
    before = all.length;
    const live = new Set(fresh.map(({ channel }) => channel)).size;
    const opened = detections.filter(({ change }) => change === 'opened').length;
    const rate = (fresh.length / (EVERY_MS / 1000)).toFixed(1);
    say(`${live} of ${channels} channels, ${rate} segments a second, ${opened} detections`);
  }, EVERY_MS);
  return () => clearInterval(timer);
}
