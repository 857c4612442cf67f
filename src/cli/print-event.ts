import type { MonitorEvent } from '../monitor/events.js';
import { clock, print, printJson, tell } from './output.js';

/** Says what was found or happened: as JSON, segments if asked for, or for a person. */
export function sayEvent(
  event: MonitorEvent,
  { json, segments }: { readonly json?: boolean; readonly segments?: boolean },
): void {
  if (event.type === 'stream.segment') {
    if (json && segments) printJson(event);
  } else if (json) printJson(event);
  else printEvent(event);
}

function printEvent(event: Exclude<MonitorEvent, { type: 'stream.segment' }>): void {
  const at = event.time.slice(11, 19);
  if ('detection' in event) {
    const d = event.detection;
    const seconds = (Date.parse(d.end) - Date.parse(d.start)) / 1000;
    const from = `${clock(d.reference.start)} – ${clock(d.reference.end)}`;
    const what = event.type.slice('detection.'.length).padEnd(8);
    const how = `${d.modality}${d.mirrored ? ', mirrored' : ''}`;
    print(
      `${at}  ${what}  ${d.stream.name}: ${d.title} [${d.assetId}] ${from} (${clock(seconds)}, ${how}, score ${d.score.toFixed(2)})`,
    );
  } else if (event.type === 'stream.note') tell(`${at}  ${event.stream.name}: ${event.message}`);
  else
    print(
      `${at}  ${event.type.slice('stream.'.length).padEnd(8)}  ${event.stream.name}${event.reason ? `: ${event.reason}` : ''}`,
    );
}
