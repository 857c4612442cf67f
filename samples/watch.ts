import type { FoundDetection } from './compare.js';
import { Redrawer } from './screen.js';
import { ChannelTable, type ShownChannel, type ShownDetection } from './table.js';

type Detection = FoundDetection & ShownDetection;

/** The lines of `monitor --json`, as far as they are read here. */
type Event = DetectionEvent | StreamEvent;

interface DetectionEvent {
  readonly type: `detection.${'opened' | 'extended' | 'closed'}`;
  readonly time: string;
  readonly detection: Detection;
}

interface StreamEvent {
  readonly type: `stream.${'live' | 'stalled' | 'gone'}`;
  readonly time: string;
  readonly stream: { readonly id: string };
  readonly reason: string;
}

/**
 * Shows what a monitor says: on a terminal a table that fills, elsewhere a line whenever a detection opens or closes.
 * @returns every detection as it was last told
 */
export async function watch(
  lines: AsyncIterable<unknown>,
  channels: readonly ShownChannel[],
  output: NodeJS.WriteStream,
): Promise<Detection[]> {
  const table = new ChannelTable(channels);
  const screen = new Redrawer(output);
  const latest = new Map<string, Detection>();
  const show = () => screen.draw(table.lines(screen.width));
  if (screen.isTerminal) show();
  for await (const line of lines) {
    const event = eventOf(line);
    if (!event) continue;
    if ('detection' in event) {
      latest.set(event.detection.id, event.detection);
      table.take(event.detection, event.type !== 'detection.closed');
    } else table.setState(event.stream.id, stateOf(event));
    if (screen.isTerminal) show();
    else if (event.type !== 'detection.extended') output.write(`${sentence(event)}\n`);
  }
  if (!screen.isTerminal) show();
  return [...latest.values()];
}

/** Null for a line of another kind. */
function eventOf(line: unknown): Event | null {
  const { type = '' } = line as { type?: string };
  return /^(detection\.(opened|extended|closed)|stream\.(live|stalled|gone))$/.test(type)
    ? (line as Event)
    : null;
}

/** A channel that came to its end is not lost. */
function stateOf({ type, reason }: StreamEvent): string {
  return type === 'stream.gone' && reason === 'ended' ? 'ended' : type.slice('stream.'.length);
}

function sentence(event: Event): string {
  const at = event.time.slice(11, 19);
  if (!('detection' in event)) return `${at}  ${stateOf(event).padEnd(6)}  ${event.stream.id}`;
  const { title, stream, modality, start, end } = event.detection;
  const seconds = Math.round((Date.parse(end) - Date.parse(start)) / 1000);
  const what = event.type.slice('detection.'.length);
  return `${at}  ${what}  ${stream.id}: ${title}, ${seconds} s, ${modality}`;
}
