import type { Seconds } from '../../fingerprints/units.js';
import type { Truth } from './judge.js';
import type { Peer, PeerAnswer } from './peers/peer.js';
import type { CutClip } from './run-clips.js';
import { factsOf, type Known, type Outcome, truthOf } from './run-outcomes.js';
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
  known: Pick<Known, 'repeats'>,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const peer of peers) {
    const missing = await peer.available();
    if (missing !== null) say(`${peer.name} is left out: ${missing}`);
    else outcomes.push(...(await askPeer(peer, titles, clips, known)));
  }
  return outcomes;
}

async function askPeer(
  peer: Peer,
  titles: readonly Title[],
  clips: readonly CutClip[],
  known: Pick<Known, 'repeats'>,
): Promise<Outcome[]> {
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
      outcomes.push(await ask(peer, titles, clip, known));
      progress.step();
    }
  } finally {
    await peer.close();
  }
  return outcomes;
}

async function ask(
  peer: Peer,
  titles: readonly Title[],
  clip: Clip,
  known: Pick<Known, 'repeats'>,
): Promise<Outcome> {
  const failures = peer.failures.length;
  const answer = await peer.query(clip.file);
  const failure = peer.failures.length > failures ? peer.failures.at(-1)!.message : null;
  if (failure) say(`FAILED: ${peer.name} on ${clip.file}: ${failure}`);
  return {
    system: peer.name,
    modality: peer.modality,
    ...factsOf(clip),
    hit: answer !== null && isRight(answer, truthOf(clip, peer.modality, known), clip.length),
    startError: null,
    endError: null,
    falseTitles: answer && !isRelated(answer.titleId, titles, clip) ? [answer.titleId] : [],
    failure,
  };
}

function isRight({ titleId, offset }: PeerAnswer, truth: Truth, length: Seconds): boolean {
  if (titleId !== truth.titleId) return false;
  if (offset === null) return true;
  const lateAtStart = offset - truth.offset;
  const lateInMiddle = lateAtStart + ((1 - truth.speed) * length) / 2;
  return [0, ...truth.repeats].some(
    (repeat) => Math.min(Math.abs(lateAtStart - repeat), Math.abs(lateInMiddle - repeat)) <= PLACE,
  );
}

function isRelated(titleId: string, titles: readonly Title[], clip: Clip): boolean {
  const { sources } = clip.rendering.title;
  return titles.some(
    (title) => title.id === titleId && title.sources.some((source) => sources.includes(source)),
  );
}
