import type { System } from './system.js';
import { cpuOf, rssOf, usageOf } from './usage.js';

const EVERY_MS = 1000;
/** Memory is told as the median of so many samples. */
const AROUND = 20;

interface Sample {
  /** ms since 1970. */
  readonly at: number;
  /** Processor time so far of each group of processes, s. */
  readonly cpu: Readonly<Record<string, number>>;
  /** Of all processes of the system. */
  readonly rssMiB: number;
}

/** Looks every second at what the processes of a system, of its servers and of the simulator take. */
export class Sampling {
  readonly #samples: Sample[] = [];
  readonly #timer: NodeJS.Timeout;

  constructor(
    private readonly system: System,
    private readonly simulator: number,
  ) {
    this.#take();
    this.#timer = setInterval(() => this.#take(), EVERY_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** Cores that each group of processes kept busy between two moments, ms since 1970. */
  cores(from: number, to: number): Record<string, number> {
    const [first, last] = [this.#at(from), this.#at(to)];
    const seconds = Math.max(0.001, (last.at - first.at) / 1000);
    return Object.fromEntries(
      Object.entries(last.cpu).map(([name, cpu]) => [name, (cpu - (first.cpu[name] ?? 0)) / seconds]),
    );
  }

  /** Memory of the system around a moment, MiB: a median. */
  rss(around: number): number {
    const nearest = [...this.#samples].sort((a, b) => Math.abs(a.at - around) - Math.abs(b.at - around));
    const values = nearest.slice(0, AROUND).map(({ rssMiB }) => rssMiB);
    return values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
  }

  #at(moment: number): Sample {
    return this.#samples.reduce((best, sample) =>
      Math.abs(sample.at - moment) < Math.abs(best.at - moment) ? sample : best,
    );
  }

  #take(): void {
    const { processes, servers } = this.system;
    const cpu: Record<string, number> = {};
    let rssMiB = 0;
    for (const [role, pid] of Object.entries(processes)) {
      const usage = usageOf([pid]);
      rssMiB += rssOf(usage);
      for (const one of usage) {
        const name = one.pid === pid ? role : `${role}: ${one.name}`;
        cpu[name] = (cpu[name] ?? 0) + one.cpu;
      }
    }
    for (const [role, pid] of Object.entries(servers)) cpu[`server ${role}`] = cpuOf(usageOf([pid]));
    cpu.simulator = cpuOf(usageOf([this.simulator]));
    cpu.bench = process.cpuUsage().user / 1e6 + process.cpuUsage().system / 1e6;
    this.#samples.push({ at: Date.now(), cpu, rssMiB });
  }
}
