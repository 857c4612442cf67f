import { messageOf, StreamprintError } from '../domain/errors.js';
import type { StreamInfo } from '../domain/match.js';
import type { Capture } from '../domain/segment.js';
import { describeUrl, isUrl } from './address.js';
import { startableCapture } from './capture.js';
import { HttpClient } from './http.js';
import type { CaptureOptions } from './options.js';
import { pathSources } from './path-sources.js';
import { type CaptureContext, DEFAULT_TIMING } from './settings.js';
import type { Source, Sources } from './source.js';
import { StreamIds } from './stream-ids.js';
import { urlSources } from './url-sources.js';

export interface TargetError {
  readonly target: string;
  readonly error: StreamprintError;
}

/** A stream that can be captured, again and again. */
export interface OpenedStream {
  readonly stream: StreamInfo;
  /** What of the operator's targets it belongs to. */
  readonly target: string;
  /** A capture of it, which starts when its events are read. @param signal ends it, as that of the options does */
  readonly capture: (signal?: AbortSignal) => Capture;
}

export interface OpenedStreams {
  /** In the order of the targets. */
  readonly streams: readonly OpenedStream[];
  /** Targets that cannot be captured. */
  readonly errors: readonly TargetError[];
  /** Lines of channel lists that could not be used, and the like. */
  readonly notes: readonly string[];
}

/** Targets that are looked at together. */
const OPEN_TOGETHER = 8;

/**
 * What the operator names: media files, folders of segments, playlists (HLS, DASH, lists of channels), or addresses
 * of them. A target that does not work is an error of its own and leaves the others unharmed; what a channel list
 * names is not looked at before its capture starts.
 */
export class Targets {
  private readonly context: CaptureContext;
  private readonly known = new Map<string, Sources>();

  constructor(
    private readonly targets: readonly string[],
    private readonly options: CaptureOptions,
  ) {
    const http = new HttpClient(options.http);
    options.signal.addEventListener('abort', () => void http.close(), { once: true });
    const { giveUpAfter, timing } = options;
    this.context = {
      fetcher: http,
      locate: (address) => http.locate(address),
      spool: options.spool,
      timing: { ...DEFAULT_TIMING, ...timing, ...(giveUpAfter === undefined ? {} : { giveUpAfter }) },
      now: options.now ?? Date.now,
      random: options.random ?? Math.random,
    };
  }

  /**
   * Looks at all targets; from the second time on only at channel lists, and at what did not work before. A list
   * that cannot be had then stays as it was, with a note.
   * When the signal is aborted meanwhile, what was not yet opened is left out.
   */
  async open(): Promise<OpenedStreams> {
    const failures = new Map<string, StreamprintError>();
    const notes: string[] = [];
    const due = this.targets.filter((target) => this.known.get(target)?.isList ?? true);
    await inGroups(due, OPEN_TOGETHER, async (target) => {
      try {
        this.known.set(target, await this.look(target));
      } catch (error) {
        if (this.options.signal.aborted) return;
        if (!(error instanceof StreamprintError)) throw error;
        if (this.known.has(target))
          notes.push(
            `${shown(target)} cannot be read again, its channels stay as they were: ${messageOf(error)}`,
          );
        else failures.set(target, error);
      }
    });
    const errors = due.flatMap((target) => {
      const error = failures.get(target);
      return error ? [{ target, error }] : [];
    });
    return { streams: this.streams(notes), errors, notes };
  }

  /** Whether lists are among them, which may name other channels later. */
  get mayName(): boolean {
    return [...this.known.values()].some(({ isList }) => isList);
  }

  private look(target: string): Promise<Sources> {
    return isUrl(target) || this.options.isPublic
      ? urlSources(target, this.context, this.options)
      : pathSources(target, this.context, this.options);
  }

  private streams(notes: string[]): OpenedStream[] {
    const ids = new StreamIds();
    const streams: OpenedStream[] = [];
    for (const target of new Set(this.targets)) {
      const found = this.known.get(target);
      notes.push(...(found?.notes ?? []));
      for (const source of found?.sources ?? []) {
        const id = ids.assign(source);
        if (id === null)
          notes.push(`${source.name} is listed more than twice with the same address: once is enough`);
        else streams.push(this.openable({ id, name: source.name, url: source.url }, target, source));
      }
    }
    return streams;
  }

  private openable(stream: StreamInfo, target: string, { run }: Source): OpenedStream {
    const capture = (signal = this.options.signal) =>
      startableCapture(stream, signal, this.context.now, run(stream.id));
    return { stream, target, capture };
  }
}

function shown(target: string): string {
  return isUrl(target) && URL.canParse(target) ? describeUrl(new URL(target)) : target;
}

async function inGroups<T>(
  items: readonly T[],
  size: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  for (let at = 0; at < items.length; at += size) await Promise.all(items.slice(at, at + size).map(work));
}
