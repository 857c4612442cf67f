import { execFileSync } from 'node:child_process';

/** Memory of this process and all below it, MiB. */
export function rss(): number {
  const ps = execFileSync('ps', ['-eo', 'pid=,ppid=,rss='], { encoding: 'utf8' });
  const rows = ps
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number));
  const ours = new Set([process.pid]);
  for (let grown = true; grown; ) {
    grown = false;
    for (const [pid, parent] of rows)
      if (ours.has(parent!) && !ours.has(pid!)) {
        ours.add(pid!);
        grown = true;
      }
  }
  return rows.filter(([pid]) => ours.has(pid!)).reduce((sum, row) => sum + row[2]!, 0) / 1024;
}
