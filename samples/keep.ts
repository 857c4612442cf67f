import { Access } from '../src/access/access.js';
import { type Run, runCommand } from './command.js';
import { startChannelServer } from './server.js';

export interface Kept {
  /** Of the pages. */
  readonly url: string;
  /** Of an administrator; null where one was given out before. */
  readonly key: string | null;
  /** Resolves with the exit code of the service. */
  readonly ended: Promise<number>;
  stop(): void;
}

/**
 * Puts the channels on air again, each beginning anew whenever it is over, and starts the service on what was found.
 * @throws Error when the service does not start
 */
export async function keepRunning(directory: string, data: string, port: number): Promise<Kept> {
  const access = await Access.open(data);
  const key = access.firstKey();
  access.close();
  const channels = await startChannelServer({ directory, isEndless: true });
  const run = runCommand(['serve', channels.url, '--data', data, '--port', String(port)]);
  const ended = run.ended.finally(() => channels.close());
  const url = await addressOf(run);
  if (url === null) throw new Error('the service did not start, see above');
  return { url, key, ended, stop: () => run.interrupt() };
}

/** What the service says first; the rest is read and dropped. */
function addressOf(run: Run): Promise<string | null> {
  return new Promise((resolve) => {
    const read = async () => {
      for await (const line of run.lines) {
        const { type, url } = line as { readonly type: string; readonly url?: string };
        if (type === 'serving' && url) resolve(url);
      }
      resolve(null);
    };
    void read().catch(() => resolve(null));
  });
}
