import { configFrom } from '../../src/config.js';
import { observeBus } from './bus-observer.js';
import { CommandProcess } from './command-process.js';
import type { Observations } from './observations.js';
import type { StartSystem, System, SystemOptions } from './system.js';

/** `streamprint serve`: probe, worker and service in one process, with the embedded bus. */
export function serveSystem(mode: 'central' | 'edge'): StartSystem {
  return (options) => startServe(mode, options);
}

async function startServe(mode: 'central' | 'edge', options: SystemOptions): Promise<System> {
  const { data, onAir, profiles, observations } = options;
  const command = new CommandProcess({
    args: ['serve', await onAir(), '--data', data, '--mode', mode, '--port', '0', '--json'],
    environment: { STREAMPRINT_KAFKA: '' },
    profiles,
    until: /"type":"serving"/,
    onLine: (line) => noteLine(observations, line),
  });
  await command.ready;
  const bus = await observeBus(configFrom({}), data, observations);
  return {
    processes: { serve: command.pid },
    servers: {},
    stop: async () => {
      await command.stop();
      await bus.close();
    },
  };
}

/** Takes down what a command says for people to read: a line of JSON, or of its standard error. */
export function noteLine(observations: Observations, line: string): void {
  const { message } = (line.startsWith('{') ? JSON.parse(line) : { message: line }) as { message?: string };
  if (message) observations.note(message.replace(/^[\d:]+ */, ''));
}
