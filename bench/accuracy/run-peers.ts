import type { Peer, PeerAnswer } from './peers/peer.js';
import type { CutClip } from './run-clips.js';
import { factsOf, type Outcome, truthOf } from './run-outcomes.js';
import { Progress, say } from './run-progress.js';
import type { Clip, Title } from './types.js';

/** Peers are given clips of this length, s. */
export const PEER_LENGTH = 10;
/**
 * Peers may be further off than we may, s: some step by a second, and most know no speed, so they may be right at
 * the clip's start or in its middle. One that gives no place needs only name the title.
 */
const PLACE = 1;

/** Enrols the titles with every peer that can run here, and asks each for the clips that its modality is judged on. */
export async function runPeers(
  peers: readonly Peer[],
  titles: readonly Title[],
  clips: readonly CutClip[],
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const peer of peers) {
    const missing = await peer.available();
    if (missing !== null) say(`${peer.name} is left out: ${missing}`);
    else outcomes.push(...(await askPeer(peer, titles, clips)));
  }
  return outcomes;
}

async function askPeer(peer: Peer, titles: readonly Title[], clips: readonly CutClip[]): Promise<Outcome[]> {
  const theirs = clips.filter(
    ({ clip, modalities }) => clip.length === PEER_LENGTH && modalities.includes(peer.modality),
  );
  const has = (title: Title) => (peer.modality === 'audio' ? title.hasAudio : title.hasVideo);
  say(`${peer.name}: enrolling titles …`);
  const outcomes: Outcome[] = [];
  try {
    await peer.enroll(titles.filter(has));
    const progress = new Progress(peer.name, theirs.length, 'clips');
    for (const { clip } of theirs) {
      outcomes.push(await ask(peer, titles, clip));
      progress.step();
    }
  } finally {
    await peer.close();
  }
  return outcomes;
}

async function ask(peer: Peer, titles: readonly Title[], clip: Clip): Promise<Outcome> {
  const failures = peer.failures.length;
  const answer = await peer.query(clip.file);
  const failure = peer.failures.length > failures ? peer.failures.at(-1)!.message : null;
  if (failure) say(`FAILED: ${peer.name} on ${clip.file}: ${failure}`);
  return {
    system: peer.name,
    modality: peer.modality,
    ...factsOf(clip),
    hit: answer !== null && isRight(answer, clip),
    startError: null,
    endError: null,
    falseTitles: answer && !isRelated(answer.titleId, titles, clip) ? [answer.titleId] : [],
    failure,
  };
}

function isRight({ titleId, offset }: PeerAnswer, clip: Clip): boolean {
  const truth = truthOf(clip);
  if (titleId !== truth.titleId) return false;
  if (offset === null) return true;
  const middle = clip.length / 2;
  const atStart = Math.abs(offset - truth.offset);
  const inMiddle = Math.abs(offset + middle - (truth.offset + truth.speed * middle));
  return Math.min(atStart, inMiddle) <= PLACE;
}

function isRelated(titleId: string, titles: readonly Title[], clip: Clip): boolean {
  const { sources } = clip.rendering.title;
  return titles.some(
    (title) => title.id === titleId && title.sources.some((source) => sources.includes(source)),
  );
}
