import fs from 'node:fs';

/** Clock ticks of the kernel a second, as /proc tells them: the same on every Linux that Node.js runs on. */
const TICKS = 100;
const PAGE_MIB = 4096 / 2 ** 20;

export interface ProcessUsage {
  readonly pid: number;
  readonly parent: number;
  /** Of the command line, to tell processes apart. */
  readonly name: string;
  /** Processor time since it began, that of children that ended included, s. */
  readonly cpu: number;
  readonly rssMiB: number;
}

/** Some processes and all below them. One that ended meanwhile is left out. */
export function usageOf(roots: readonly number[]): ProcessUsage[] {
  const all = fs
    .readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => read(Number(name)) ?? []);
  const ours = new Set(roots);
  for (let grown = true; grown; ) {
    grown = false;
    for (const { pid, parent } of all)
      if (ours.has(parent) && !ours.has(pid)) {
        ours.add(pid);
        grown = true;
      }
  }
  return all.filter(({ pid }) => ours.has(pid));
}

function read(pid: number): ProcessUsage | null {
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The name stands in brackets and may hold anything: the fields begin after the last bracket.
    const fields = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    const [, parent = 0] = fields;
    const ticks = fields.slice(11, 15).reduce((sum, n) => sum + n, 0);
    return { pid, parent, name: nameOf(pid), cpu: ticks / TICKS, rssMiB: (fields[21] ?? 0) * PAGE_MIB };
  } catch {
    return null;
  }
}

/** The script that Node.js runs, else the program. */
function nameOf(pid: number): string {
  const words = fs.readFileSync(`/proc/${pid}/cmdline`, 'latin1').split('\0');
  const script = words.slice(1).find((word) => /\.m?js$|streamprint$/.test(word));
  return (script ?? words[0] ?? '').split('/').slice(-2).join('/');
}

export const cpuOf = (usage: readonly ProcessUsage[]) => usage.reduce((sum, { cpu }) => sum + cpu, 0);
export const rssOf = (usage: readonly ProcessUsage[]) => usage.reduce((sum, { rssMiB }) => sum + rssMiB, 0);
