import fs from 'node:fs';

/** Of the kernel's clock in /proc: USER_HZ, 100 on every platform that Node runs on. */
const TICKS_PER_SECOND = 100;

/** CPU time of this process and of one other since their starts, s. Linux only. */
export function cpuSeconds(other: number | null): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6 + (other === null ? 0 : cpuSecondsOf(other));
}

function cpuSecondsOf(pid: number): number {
  const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name in brackets may hold anything: fields are counted from its end. utime and stime are the 14th and 15th.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}
