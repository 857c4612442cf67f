/** The whole look of a report; colours follow the reader's setting of dark or light. */
export const STYLE = `
:root { color-scheme: light dark;
  --paper: #f6f7f9; --card: #ffffff; --ink: #14181f; --soft: #5b6472; --line: #dde1e7; --track: #e6e9ee;
  --both: #1f5fd1; --video: #7a3fc4; --audio: #0b7d72; --on-bar: #ffffff;
  --captured: #9aa6b5; --damaged: #d99a1c; --lost: #d0342c; --good: #14753f; --good-paper: #e3f3e9; }
@media (prefers-color-scheme: dark) { :root {
  --paper: #0f1217; --card: #181d24; --ink: #e8ebf0; --soft: #9aa4b2; --line: #2a313b; --track: #232a33;
  --both: #4c8dff; --video: #a678ea; --audio: #2fae9f; --on-bar: #0b0e12;
  --captured: #66717f; --damaged: #e0ac45; --lost: #ef5f57; --good: #6fd199; --good-paper: #173326; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, "Segoe UI", Roboto, "Helvetica Neue", "DejaVu Sans", sans-serif; font-variant-numeric: tabular-nums; }
main { max-width: 1180px; margin: 0 auto; padding: 40px 24px 72px; }
h1 { font-size: 30px; line-height: 1.2; letter-spacing: -0.015em; margin: 0 0 6px; }
h2 { font-size: 20px; margin: 0; letter-spacing: -0.01em; overflow-wrap: anywhere; }
h3 { font-size: 17px; margin: 0; overflow-wrap: anywhere; }
p { margin: 0; }
.soft { color: var(--soft); }
.small { font-size: 13.5px; }
.mono { font: 13px/1.5 ui-monospace, "SFMono-Regular", Menlo, Consolas, "DejaVu Sans Mono", monospace; overflow-wrap: anywhere; }
.figures { display: grid; grid-template-columns: repeat(4, 1fr); gap: 1px; margin: 28px 0 0; background: var(--line); border: 1px solid var(--line); border-radius: 12px; overflow: hidden; }
.figures div { background: var(--card); padding: 16px 18px; }
.figures b { display: block; font-size: 28px; line-height: 1.15; letter-spacing: -0.02em; }
.remarks { margin: 20px 0 0; padding: 12px 18px; list-style: none; background: var(--good-paper); color: var(--good); border-radius: 10px; font-weight: 600; }
section { margin-top: 40px; }
.legend { display: flex; flex-wrap: wrap; gap: 6px 20px; margin: 10px 0 14px; font-size: 13.5px; color: var(--soft); }
.legend i { display: inline-block; width: 14px; height: 14px; border-radius: 4px; margin-right: 7px; vertical-align: -2px; }
.legend i.thin { height: 8px; border-radius: 2px; vertical-align: 1px; }
i.both { background: var(--both); } i.video { background: var(--video); } i.audio { background: var(--audio); }
i.captured { background: var(--captured); } i.damaged { background: var(--damaged); } i.lost { background: var(--lost); }
.overview { display: grid; grid-template-columns: minmax(96px, max-content) minmax(0, 1fr); gap: 8px 18px; align-items: center; background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 16px 20px; }
.overview .name { color: inherit; font-weight: 600; font-size: 14.5px; text-decoration: none; overflow-wrap: anywhere; } .overview .name:hover { text-decoration: underline; }
.overview .timeline { margin-top: 0; }
.channel { background: var(--card); border: 1px solid var(--line); border-radius: 12px; margin-top: 16px; padding: 18px 20px; }
.channel > header { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 2px 24px; align-items: baseline; }
.timeline { display: block; margin-top: 10px; overflow: visible; }
.timeline .tick { stroke: var(--line); }
.timeline .hour { fill: var(--soft); font-size: 11.5px; text-anchor: middle; }
.timeline .unseen { fill: var(--track); }
.timeline .strip.captured { fill: var(--captured); } .timeline .strip.damaged { fill: var(--damaged); }
.timeline .strip.lost, .timeline .strip.silent { fill: var(--lost); }
.bar rect { stroke: var(--card); stroke-width: 1; }
.bar text { fill: var(--on-bar); font-size: 12.5px; font-weight: 600; }
.bar.both rect { fill: var(--both); } .bar.video rect { fill: var(--video); } .bar.audio rect { fill: var(--audio); }
a:hover .bar rect { opacity: 0.85; }
.detection { border-top: 1px solid var(--line); margin-top: 18px; padding-top: 18px; display: grid; grid-template-columns: minmax(0, 1.25fr) minmax(0, 1fr); gap: 20px 28px; scroll-margin-top: 12px; }
.detection:target h3 { text-decoration: underline; text-decoration-thickness: 2px; text-underline-offset: 4px; }
.pair { display: grid; grid-template-columns: 1fr 1fr; gap: 10px; align-items: start; }
figure { margin: 0; }
figure img, .nothing { display: block; width: 100%; border-radius: 8px; background: var(--track); }
.nothing { aspect-ratio: 16 / 9; display: grid; place-items: center; text-align: center; padding: 12px; color: var(--soft); font-size: 13.5px; }
figcaption { font-size: 13px; color: var(--soft); margin-top: 6px; }
figcaption b { color: var(--ink); font-weight: 600; }
.headline { display: flex; flex-wrap: wrap; gap: 6px 10px; align-items: center; }
.tag { font-size: 12.5px; font-weight: 600; border-radius: 99px; padding: 2px 10px; border: 1px solid var(--line); }
.tag.sure { color: var(--good); background: var(--good-paper); border-color: transparent; }
.tag.unsure { color: var(--damaged); }
.tag.both { color: var(--both); } .tag.video { color: var(--video); } .tag.audio { color: var(--audio); }
dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 3px 16px; margin: 12px 0 0; font-size: 14px; }
dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
footer { margin-top: 48px; padding-top: 16px; border-top: 1px solid var(--line); }
@media (max-width: 760px) {
  main { padding: 24px 14px 48px; } h1 { font-size: 25px; }
  .figures { grid-template-columns: 1fr 1fr; } .figures b { font-size: 23px; }
  .channel, .overview { padding: 14px; } .overview { grid-template-columns: minmax(0, 1fr); gap: 3px; } .overview .timeline { margin-bottom: 8px; } .detection { grid-template-columns: minmax(0, 1fr); gap: 14px; }
}
@media print { .channel, .detection { break-inside: avoid; } body { background: none; } }
`;
