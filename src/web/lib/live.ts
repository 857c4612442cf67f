import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { EventParser } from './events.js';

/** `lost` = trying again; `catching-up` = connected again, and what was missed is coming. */
export type Connection = 'connecting' | 'live' | 'lost' | 'catching-up';

export interface LiveEvent {
  readonly id: string;
  readonly type: string;
  readonly time: string;
  readonly body: Readonly<Record<string, unknown>>;
}

export const connection = signal<Connection>('connecting');
/** When something came last, ms UTC. */
export const lastHeard = signal(Date.now());
/** Events that came while catching up, the last time. */
export const caughtUp = signal(0);
/** Counts how often something may have been missed: what pages hold may be old then, and is asked for again. */
export const returns = signal(0);

const FIRST_WAIT_MS = 500;
const MAX_WAIT_MS = 8000;
/** Nothing at all for this long, though comments come in between, means that the way is broken. */
const SILENCE_MS = 45_000;
/** No event for this long after coming back: all that was missed has come. */
const CAUGHT_UP_MS = 700;

const listeners = new Set<(event: LiveEvent) => void>();

/** Calls `listen` for each event while the component is there. */
export function useLive(listen: (event: LiveEvent) => void): void {
  useEffect(() => {
    listeners.add(listen);
    return () => {
      listeners.delete(listen);
    };
  });
}

let stop: (() => void) | null = null;

/** Begins to listen to the service, again and again until `stopLive`; each time from where it was. */
export function startLive(): void {
  if (stop) return;
  const abort = new AbortController();
  stop = () => abort.abort();
  void listen(abort.signal);
}

export function stopLive(): void {
  stop?.();
  stop = null;
  connection.value = 'connecting';
}

async function listen(stopped: AbortSignal): Promise<void> {
  let lastId = '';
  let wait = FIRST_WAIT_MS;
  while (!stopped.aborted) {
    const one = new AbortController();
    const end = () => one.abort();
    stopped.addEventListener('abort', end);
    let silence = setTimeout(end, SILENCE_MS);
    let settled: ReturnType<typeof setTimeout> | undefined;
    try {
      const headers: Record<string, string> = { Accept: 'text/event-stream' };
      if (lastId !== '') headers['Last-Event-ID'] = lastId;
      const response = await fetch('/v1/events', { headers, signal: one.signal, cache: 'no-store' });
      if (response.status === 401 || response.status === 403) return;
      if (!response.ok || !response.body) throw new Error(`answered ${response.status}`);
      wait = FIRST_WAIT_MS;
      const isBack = connection.value === 'lost';
      const settle = () => {
        clearTimeout(settled);
        settled = setTimeout(() => {
          connection.value = 'live';
        }, CAUGHT_UP_MS);
      };
      if (isBack) {
        connection.value = 'catching-up';
        caughtUp.value = 0;
        returns.value++;
        settle();
      } else connection.value = 'live';
      const parser = new EventParser();
      const decoder = new TextDecoder();
      const reader = response.body.getReader();
      for (;;) {
        const { done, value } = await reader.read();
        if (done) break;
        clearTimeout(silence);
        silence = setTimeout(end, SILENCE_MS);
        lastHeard.value = Date.now();
        for (const { id, type, data } of parser.take(decoder.decode(value, { stream: true }))) {
          if (type === 'gap') returns.value++;
          if (connection.value === 'catching-up') {
            caughtUp.value++;
            settle();
          }
          tell(id, type, data);
        }
        if (parser.lastId !== '') lastId = parser.lastId;
      }
    } catch {
      // Whatever broke it: told by the banner, and tried again below.
    } finally {
      clearTimeout(silence);
      clearTimeout(settled);
      stopped.removeEventListener('abort', end);
    }
    if (stopped.aborted) return;
    connection.value = 'lost';
    await waitOrOnline(wait, stopped);
    wait = Math.min(wait * 2, MAX_WAIT_MS);
  }
}

function tell(id: string, type: string, data: string): void {
  let body: Record<string, unknown>;
  try {
    body = JSON.parse(data) as Record<string, unknown>;
  } catch {
    return;
  }
  const event = { id, type, time: String(body.time ?? new Date().toISOString()), body };
  for (const listener of [...listeners]) listener(event);
}

function waitOrOnline(ms: number, stopped: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      window.removeEventListener('online', done);
      stopped.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    window.addEventListener('online', done);
    stopped.addEventListener('abort', done);
  });
}
