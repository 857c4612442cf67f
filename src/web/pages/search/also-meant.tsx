import type { ComponentChildren } from 'preact';
import * as calls from '../../api/calls.js';
import type { FoundEverything } from '../../api/types.js';
import { many } from '../../lib/format.js';
import { useLoad } from '../../lib/load.js';

/** Titles and streams of each that are shown. */
const FEW = 5;

/** What else a text may mean: titles, streams, and detections by what it is, where it is more than words. */
export function AlsoMeant({ text }: { readonly text: string }) {
  const { value } = useLoad(text === '' ? null : (abort) => calls.searchEverything(text, FEW, abort), [text]);
  if (text === '' || value === null) return null;
  const { assets, streams } = value;
  const detections = narrowed(value);
  if (assets.items.length === 0 && !streams?.items.length && !detections) return null;
  return (
    <section class="card stack" aria-label="Titles and streams of this name">
      {detections && (
        <p>
          <a href={detections}>{many(value.detections.total, 'detection')}</a> {AS[value.detections.as]}
        </p>
      )}
      {assets.items.length > 0 && (
        <Group name="Titles" left={assets.total - assets.items.length}>
          {assets.items.map(({ catalogue, id, title }) => (
            <li key={`${catalogue} ${id}`}>
              <a href={`/catalogue/${encodeURIComponent(catalogue)}/${encodeURIComponent(id)}`}>
                <bdi>{title}</bdi>
              </a>
            </li>
          ))}
        </Group>
      )}
      {streams && streams.items.length > 0 && (
        <Group name="Streams" left={streams.total - streams.items.length}>
          {streams.items.map(({ id, name }) => (
            <li key={id}>
              <a href={`/streams/${encodeURIComponent(id)}`}>
                <bdi>{name}</bdi>
              </a>
            </li>
          ))}
        </Group>
      )}
    </section>
  );
}

/** @param left so many more there are */
function Group(props: {
  readonly name: string;
  readonly left: number;
  readonly children: ComponentChildren;
}) {
  return (
    <div>
      <h2 class="small">{props.name}</h2>
      <ul class="meant">{props.children}</ul>
      {props.left > 0 && <p class="soft small">and {props.left} more</p>}
    </div>
  );
}

/** How the service took the text, where it searched by something else than words. */
const AS: Readonly<Partial<Record<FoundEverything['detections']['as'], string>>> = {
  identifier: 'of the title with this identifier',
  address: 'on streams that this address sent',
  network: 'on streams that this network sent',
  url: 'on the stream at this address',
  stream: 'on the stream with this id',
  host: 'on streams of this host',
  asset: 'of the title with this id',
  catalogue: 'in this catalogue',
};

/** Where the page lists what the text narrows detections to; null = they are listed already, or there are none. */
function narrowed({ detections: { as, list, total } }: FoundEverything): string | null {
  if (!(as in AS) || list === null || total === 0) return null;
  return `/search?${list.slice(list.indexOf('?') + 1)}`;
}
