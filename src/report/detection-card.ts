import { html, Markup } from './markup.js';
import type { ReportDetection, ReportPicture } from './report-data.js';
import * as words from './words.js';

/** A detection: the stream's picture beside the reference's, and everything known of it. */
export function detectionCard(one: ReportDetection): Markup {
  const { detection } = one;
  const { time, reference, mirrored, state } = detection;
  const seconds = (time.end - time.start) / 1000;
  const facts: (readonly [string, string] | null)[] = [
    [
      'On the stream',
      `${words.utcTime(time.start)} – ${words.utcTime(time.end)} UTC (${words.length(seconds)})`,
    ],
    ['In the work', `${words.place(reference.start)} – ${words.place(reference.end)}`],
    ['Speed', words.speed(detection)],
    ['Score', `${detection.score.toFixed(2)} of 1: ${words.rarity(detection)}`],
    ['Asset', `${detection.assetId}, catalogue ${detection.catalogue}`],
    one.rightsHolder === null ? null : ['Rights holder', one.rightsHolder],
  ];
  return html`<div class="detection" id="${detection.id}">
<div class="pair">${picture('On the stream', one.streamPicture)}${picture('Reference', one.referencePicture)}</div>
<div>
<div class="headline"><h3>${detection.title}</h3><span class="tag ${words.isSure(detection) ? 'sure' : 'unsure'}">${words.confidence(detection)}</span><span class="tag ${detection.modality}">${words.modality(detection)}</span>${mirrored ? html`<span class="tag">mirrored</span>` : null}${state === 'open' ? html`<span class="tag">still running</span>` : null}</div>
<dl>${facts.filter((fact) => fact !== null).map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>
</div>
</div>
`;
}

function picture(name: string, shown: ReportPicture): Markup {
  if (shown.jpeg === null)
    return html`<figure><div class="nothing">No picture: ${shown.reason}</div><figcaption><b>${name}</b></figcaption></figure>`;
  const source = new Markup(`data:image/jpeg;base64,${Buffer.from(shown.jpeg).toString('base64')}`);
  return html`<figure><img src="${source}" alt="${shown.caption === '' ? name : `${name}, ${shown.caption}`}"><figcaption><b>${name}</b> ${shown.caption}</figcaption></figure>`;
}
