import { randomUUID } from 'node:crypto';
import type { Detection } from '../domain/match.js';
import { type DetectionJson, detectionJson } from '../monitor/events.js';
import type { Content } from '../transport/index.js';
import type { Change, Channel, Rule } from './rule.js';

type AlertContent = Content<'alert/1'>;

/** Of a title and the like: no message takes more. */
const MAX_TEXT = 4000;

/** What is said of an alert, whatever way it goes. */
export interface AlertData {
  readonly rule: { readonly id: string; readonly name: string };
  readonly change: Change;
  /** `alert`, or `licensed` and the like where that was decided after the first alert of the detection. */
  readonly classified: string;
  readonly detection: DetectionJson;
}

/** CloudEvents 1.0, structured, as JSON. */
export interface CloudEvent {
  readonly specversion: '1.0';
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly subject: string;
  readonly time: string;
  readonly datacontenttype: 'application/json';
  readonly data: AlertData;
}

export function alertData(
  { id, name }: Pick<Rule, 'id' | 'name'>,
  change: Change,
  classified: string,
  detection: Detection,
): AlertData {
  return { rule: { id, name }, change, classified, detection: detectionJson(detection) };
}

/**
 * What goes out by one channel: its id, and its text.
 * @param at ms since 1970 (UTC)
 */
export function alertBody(
  channel: Channel,
  data: AlertData,
  at: number,
  number: number,
): { readonly id: string; readonly body: string } {
  const id = randomUUID();
  const time = new Date(at).toISOString();
  if (channel === 'bus') return { id, body: JSON.stringify(busContent(id, data, time, number)) };
  const event: CloudEvent = {
    specversion: '1.0',
    id,
    source: '/v1/detections',
    type: `streamprint.detection.${data.change}`,
    subject: data.detection.id,
    time,
    datacontenttype: 'application/json',
    data,
  };
  return { id, body: JSON.stringify(event) };
}

function busContent(
  id: string,
  { rule, change, detection }: AlertData,
  at: string,
  number: number,
): AlertContent {
  const { stream, start, end, ...found } = detection;
  return {
    id,
    at,
    number,
    rule: { id: rule.id, name: rule.name.slice(0, MAX_TEXT) },
    change,
    detection: found.id,
    stream: { ...stream, name: stream.name.slice(0, MAX_TEXT) },
    catalogue: found.catalogue,
    assetId: found.assetId,
    title: found.title.slice(0, MAX_TEXT),
    referenceId: found.referenceId,
    modality: found.modality as AlertContent['modality'],
    reference: { ...found.reference },
    speed: found.speed,
    mirrored: found.mirrored,
    box: found.box && { ...found.box },
    score: found.score,
    expectedFalsePerDay: found.expectedFalsePerDay,
    delay: found.delay,
    time: { start, end },
  };
}
