import { capturedOf } from './coverage.js';
import { detectionCard } from './detection-card.js';
import { html, Markup } from './markup.js';
import type { ReportChannel, ReportData } from './report-data.js';
import { STYLE } from './style.js';
import { sketch, timeline } from './timeline.js';
import * as words from './words.js';

/** The whole page, self-contained. Every text of the data is escaped. */
export function page(data: ReportData): string {
  const { start, end } = data.period;
  const sameDay = words.utcDateTime(start).slice(0, 10) === words.utcDateTime(end).slice(0, 10);
  const until = sameDay ? words.utcTime(end) : words.utcDateTime(end);
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<title>${data.title}</title>
<style>${new Markup(STYLE)}</style>
</head>
<body>
<main>
<h1>${data.title}</h1>
<p class="soft">Observed ${words.utcDateTime(start)} – ${until} UTC, compared with ${count(data.catalogue.titles, 'title')} of the catalogue “${data.catalogue.name}”.</p>
${figures(data)}
${data.remarks.length === 0 ? null : html`<ul class="remarks">${data.remarks.map((remark) => html`<li>${remark}</li>`)}</ul>`}
<section>
<h2>What ran where</h2>
${LEGEND}
<div class="overview">
${data.channels.map((channel) => html`<a class="name" href="#channel-${channel.stream.id}">${channel.stream.name}</a>${sketch(channel, data.period)}`)}
</div>
</section>
<section>
<h2>Channel by channel</h2>
${data.channels.map((channel) => channelPart(channel, data))}
</section>
<footer class="soft small">Written by Streamprint on ${words.utcDateTime(data.createdAt)} UTC. All times are UTC. Times on a stream count from when its segments arrived, so they trail the broadcast by some seconds.</footer>
</main>
</body>
</html>
`.text;
}

const LEGEND = html`<p class="legend"><span><i class="both"></i>picture and sound recognised</span><span><i class="video"></i>picture alone</span><span><i class="audio"></i>sound alone</span><span><i class="thin captured"></i>captured</span><span><i class="thin damaged"></i>captured, damaged</span><span><i class="thin lost"></i>not captured</span></p>`;

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

function figures(data: ReportData): Markup {
  const detections = data.channels.flatMap((channel) => channel.detections);
  const hit = data.channels.filter((channel) => channel.detections.length > 0);
  const titles = new Set(detections.map(({ detection }) => `${detection.catalogue}\n${detection.assetId}`));
  const sum = (part: 'captured' | 'missing') =>
    data.channels.reduce((total, channel) => total + capturedOf(channel)[part], 0);
  const missing = sum('missing');
  const cell = (figure: string | number, text: string) =>
    html`<div><b>${figure}</b><span class="soft small">${text}</span></div>`;
  return html`<div class="figures">
${cell(`${hit.length} of ${data.channels.length}`, 'channels carry content of the catalogue')}
${cell(detections.length, detections.length === 1 ? 'detection' : 'detections')}
${cell(titles.size, titles.size === 1 ? 'title found' : 'different titles found')}
${cell(words.length(sum('captured')), missing < 0.5 ? 'captured, nothing missing' : `captured, ${words.length(missing)} missing`)}
</div>`;
}

function channelPart(channel: ReportChannel, data: ReportData): Markup {
  return html`<article class="channel" id="channel-${channel.stream.id}">
<header><h2>${channel.stream.name}</h2><span class="mono soft">${words.address(channel.stream.url)}</span></header>
<p class="soft small">${summary(channel)}</p>
${timeline(channel, data.period)}
${channel.detections.map(detectionCard)}
</article>
`;
}

function summary(channel: ReportChannel): string {
  const { captured, missing } = capturedOf(channel);
  const gaps =
    missing < 0.5 ? '' : ` ${words.length(missing)} could not be captured: what ran then is not known.`;
  if (captured === 0) return `Nothing was captured: what ran here is not known.`;
  if (channel.detections.length === 0)
    return `Nothing of the catalogue was found in ${words.length(captured)} captured.${gaps}`;
  const seconds = channel.detections.reduce(
    (total, { detection }) => total + (detection.time.end - detection.time.start) / 1000,
    0,
  );
  return `${count(channel.detections.length, 'detection')}, ${words.length(seconds)} of ${words.length(captured)} captured.${gaps}`;
}
