import type { Coverage } from '../domain/ledger.js';
import type { Interval } from '../domain/match.js';
import { html, type Markup } from './markup.js';
import type { ReportChannel, ReportDetection } from './report-data.js';
import * as words from './words.js';

const STEPS_SECONDS = [5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 21600, 43200, 86400];
const MAX_TICKS = 6;
/** A bar is never thinner than this, in percent. */
const THINNEST = 0.4;

/**
 * A channel's time line: detections as bars, what was captured as a strip below, UTC below that. It has no view
 * box: places are percentages, heights pixels, so that text keeps its size on a phone and on a wide screen.
 */
export function timeline(channel: ReportChannel, period: Interval): Markup {
  const scale = new Scale(period);
  return html`<svg class="timeline" width="100%" height="78" role="img" aria-label="Time line of ${channel.stream.name}">
${ticks(period).map((time) => tick(time, scale))}
${channel.detections.map((one, index) => bar(one, lane(channel.detections, index), scale))}
<rect class="unseen" x="0" y="46" width="100%" height="8" rx="2"/>
${channel.coverage.map((line) => strip(line, scale))}
</svg>`;
}

/** The same on one short row, without text: for the overview of all channels. */
export function sketch(channel: ReportChannel, period: Interval): Markup {
  const scale = new Scale(period);
  return html`<svg class="timeline" width="100%" height="24" role="img" aria-label="Time line of ${channel.stream.name}">
<rect class="unseen" x="0" y="18" width="100%" height="4" rx="2"/>
${channel.coverage.map((line) => html`<rect class="strip ${line.state}" ${scale.box(line.time)} y="18" height="4"/>`)}
${channel.detections.map(({ detection }) => html`<a href="#${detection.id}"><svg ${scale.box(detection.time)} y="1" height="14" class="bar ${detection.modality}"><title>${detection.title}</title><rect width="100%" height="100%" rx="3"/></svg></a>`)}
</svg>`;
}

class Scale {
  constructor(private readonly period: Interval) {}

  /** Percent from the left. */
  at(time: number): number {
    const { start, end } = this.period;
    return Math.max(0, Math.min(100, (100 * (time - start)) / Math.max(1, end - start)));
  }

  /** Attributes of a box over an interval. */
  box({ start, end }: Interval): Markup {
    const left = this.at(start);
    const width = Math.max(THINNEST, this.at(end) - left);
    return html`x="${left.toFixed(3)}%" width="${width.toFixed(3)}%"`;
  }
}

/** 0, or 1 where the one before is still running. */
function lane(detections: readonly ReportDetection[], index: number): number {
  const before = detections[index - 1];
  return before && before.detection.time.end > detections[index]!.detection.time.start + 500 ? index % 2 : 0;
}

function bar({ detection }: ReportDetection, row: number, scale: Scale): Markup {
  const { modality, time, title, state } = detection;
  const when = `${words.utcTime(time.start)} – ${state === 'open' ? 'still running' : words.utcTime(time.end)}`;
  return html`<a href="#${detection.id}"><svg ${scale.box(time)} y="${6 + row * 12}" height="${row === 0 ? 30 : 22}" class="bar ${modality}">
<title>${title}, ${when} UTC, ${words.modality(detection)}</title>
<rect width="100%" height="100%" rx="5"/><text x="8" y="${row === 0 ? 20 : 16}">${title}</text></svg></a>`;
}

const STRIP_WORDS = {
  captured: 'captured',
  damaged: 'captured, damaged',
  lost: 'not captured',
  silent: 'the source gave nothing',
} as const;

function strip({ time, state, reason }: Coverage, scale: Scale): Markup {
  const when = `${words.utcTime(time.start)} – ${words.utcTime(time.end)} UTC`;
  return html`<rect class="strip ${state}" ${scale.box(time)} y="46" height="8"><title>${STRIP_WORDS[state]}, ${when}${reason === '' ? '' : `: ${reason}`}</title></rect>
`;
}

function tick(time: number, scale: Scale): Markup {
  const left = scale.at(time).toFixed(3);
  return html`<line class="tick" x1="${left}%" x2="${left}%" y1="0" y2="60"/><text class="hour" x="${left}%" y="73">${words.utcTime(time)}</text>
`;
}

/** Round moments of the clock, at most MAX_TICKS, none so near an edge that its text would be cut. */
export function ticks({ start, end }: Interval): number[] {
  const length = end - start;
  const days = Math.ceil(length / (MAX_TICKS * 86_400_000));
  const step =
    1000 * (STEPS_SECONDS.find((seconds) => length / (1000 * seconds) <= MAX_TICKS) ?? days * 86_400);
  const times: number[] = [];
  for (let time = Math.ceil(start / step) * step; time < end; time += step)
    if (time - start > 0.06 * length && end - time > 0.06 * length) times.push(time);
  return times;
}
