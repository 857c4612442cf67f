import type { StreamInfo } from '../domain/match.js';
import type { EventLog } from './event-log.js';
import type { EventsDatabase } from './events-database.js';

/** How a stream stands. Times are ms since 1970 (UTC). */
export interface StreamStanding {
  readonly stream: StreamInfo;
  readonly state: string;
  readonly since: number | null;
  readonly reason: string;
  readonly probe: string | null;
}

/** Logs each change of the state of a stream once, however often it is told. */
export class StreamStateLog {
  constructor(
    private readonly events: EventsDatabase,
    private readonly log: EventLog,
    private readonly now: () => number,
  ) {}

  /** @throws SP_DISK_FULL */
  note({ stream, state, since, reason, probe }: StreamStanding): void {
    const isNew = this.events.transaction(() => {
      const changed = this.events.database.run(
        `INSERT INTO stream_states VALUES (?, ?, ?)
         ON CONFLICT (stream_id) DO UPDATE SET state = excluded.state, since = excluded.since
         WHERE excluded.state <> state OR (excluded.since > since AND excluded.state <> 'unknown')`,
        ...[stream.id, state, since ?? 0],
      );
      if (changed === 0) return false;
      const iso = since === null ? null : new Date(since).toISOString();
      const data = { stream, state, since: iso, reason, probe };
      this.log.put({ type: 'stream.state', at: this.now(), catalogue: null, data });
      return true;
    });
    if (isNew) this.log.wake();
  }
}
