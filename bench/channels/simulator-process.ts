import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Request, SimulatorOrder, SimulatorReady } from './simulator-messages.js';

const ENTRY = fileURLToPath(new URL('./simulator.js', import.meta.url));

export interface Simulator extends SimulatorReady {
  readonly pid: number;
  /** Address of the channel list (M3U). */
  readonly url: string;
  /** Every segment that was asked for so far, in the order of the answers. */
  requests(): Promise<readonly Request[]>;
  close(): Promise<void>;
}

/** Starts the broadcast in a process of its own. */
export async function startSimulator(order: SimulatorOrder): Promise<Simulator> {
  const child = fork(ENTRY, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const exited = once(child, 'exit');
  child.send(order);
  const ready = (await Promise.race([
    once(child, 'message').then(([message]) => message),
    exited.then(([code, signal]) => Promise.reject(new Error(`the simulator ended with ${code ?? signal}`))),
  ])) as SimulatorReady;
  return {
    ...ready,
    pid: child.pid!,
    url: `http://127.0.0.1:${ready.port}/channels.m3u`,
    requests: async () => {
      const answer = once(child, 'message');
      child.send('requests');
      return (await answer)[0] as readonly Request[];
    },
    close: async () => {
      child.kill();
      await exited;
    },
  };
}
