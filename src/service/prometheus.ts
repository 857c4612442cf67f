/** Metrics in Prometheus' text format (version 0.0.4). */
export type Labels = Readonly<Record<string, string>>;

interface Sample {
  readonly suffix: string;
  readonly labels: Labels;
  readonly value: number;
}

export interface Metric {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly samples: () => readonly Sample[];
}

/** Counts by labels; only grows. */
export class Counter implements Metric {
  readonly type = 'counter';
  readonly #values = new Map<string, { readonly labels: Labels; value: number }>();

  constructor(
    readonly name: string,
    readonly help: string,
  ) {}

  add(labels: Labels = {}, by = 1): void {
    const key = JSON.stringify(labels);
    const known = this.#values.get(key);
    if (known) known.value += by;
    else this.#values.set(key, { labels, value: by });
  }

  samples(): Sample[] {
    return [...this.#values.values()].map(({ labels, value }) => ({ suffix: '', labels, value }));
  }
}

/** How often values lie below some bounds. */
export class Histogram implements Metric {
  readonly type = 'histogram';
  readonly #counts: number[];
  #sum = 0;

  /** @param bounds upper ones, ascending */
  constructor(
    readonly name: string,
    readonly help: string,
    private readonly bounds: readonly number[],
  ) {
    this.#counts = [...bounds, 0].map(() => 0);
  }

  observe(value: number): void {
    const at = this.bounds.findIndex((bound) => value <= bound);
    const bucket = at < 0 ? this.bounds.length : at;
    this.#counts[bucket] = this.#counts[bucket]! + 1;
    this.#sum += value;
  }

  samples(): Sample[] {
    let count = 0;
    const buckets = [...this.bounds, Number.POSITIVE_INFINITY].map((bound, i) => {
      count += this.#counts[i]!;
      return { suffix: '_bucket', labels: { le: numeral(bound) }, value: count };
    });
    return [
      ...buckets,
      { suffix: '_sum', labels: {}, value: this.#sum },
      { suffix: '_count', labels: {}, value: count },
    ];
  }
}

/** What something else counts, looked at when it is asked for. */
export function measured(
  type: 'counter' | 'gauge',
  name: string,
  help: string,
  values: () => number | readonly (readonly [Labels, number])[],
): Metric {
  const samples = () => {
    const now = values();
    const list: readonly (readonly [Labels, number])[] = typeof now === 'number' ? [[{}, now]] : now;
    return list.map(([labels, value]) => ({ suffix: '', labels, value }));
  };
  return { name, help, type, samples };
}

export function textOf(metrics: readonly Metric[]): string {
  const lines = metrics.flatMap((metric) => [
    `# HELP ${metric.name} ${metric.help}`,
    `# TYPE ${metric.name} ${metric.type}`,
    ...metric
      .samples()
      .map(({ suffix, labels, value }) => `${metric.name}${suffix}${labelsOf(labels)} ${numeral(value)}`),
  ]);
  return `${lines.join('\n')}\n`;
}

function labelsOf(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return pairs.length > 0 ? `{${pairs.join(',')}}` : '';
}

const escaped = (value: string): string =>
  value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"');

function numeral(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return '+Inf';
  return String(value);
}
