import { StreamprintError } from '../domain/errors.js';
import type { EventsDatabase } from '../events/events-database.js';
import type { Channel } from '../probe/channel-list.js';
import type { Heartbeat } from '../probe/service-link.js';
import type { Row } from '../storage/database.js';

/** Of an installation. */
const MAX_PROBES = 1_000;

/** A probe that may speak with the service. Times are ms since 1970 (UTC). */
export interface RegisteredProbe {
  readonly name: string;
  /** Its user, whose keys it has. */
  readonly userId: string;
  readonly createdAt: number;
  /** When its channels were changed. */
  readonly updatedAt: number;
  /** Of its channels; grows with each change. */
  readonly version: number;
  readonly channels: readonly Channel[];
  /** Null = never. */
  readonly heartbeatAt: number | null;
  readonly heartbeat: Heartbeat | null;
}

interface ProbeRow extends Row {
  readonly name: string;
  readonly user_id: string;
  readonly created_at: number;
  readonly updated_at: number;
  readonly version: number;
  readonly channels: string;
  readonly heartbeat_at: number | null;
  readonly heartbeat: string | null;
}

/** The probes that are registered. What a call has written is durable when it returns. */
export class RegisteredProbes {
  constructor(
    private readonly events: EventsDatabase,
    private readonly now: () => number,
  ) {}

  /** By name. */
  get all(): RegisteredProbe[] {
    return this.events.database.all<ProbeRow>('SELECT * FROM probes ORDER BY name').map(probeOf);
  }

  get(name: string): RegisteredProbe | null {
    const row = this.events.database.get<ProbeRow>('SELECT * FROM probes WHERE name = ?', name);
    return row ? probeOf(row) : null;
  }

  /** @throws SP_CONFLICT when the name is taken, or there are too many */
  create(name: string, userId: string): RegisteredProbe {
    if (this.get(name)) throw new StreamprintError('SP_CONFLICT', `There is a probe ${name} already.`);
    if (this.all.length >= MAX_PROBES)
      throw new StreamprintError('SP_CONFLICT', `There are ${MAX_PROBES} probes: remove some first.`);
    const at = this.now();
    this.events.database.run(
      'INSERT INTO probes VALUES (?, ?, ?, ?, 1, ?, NULL, NULL)',
      ...[name, userId, at, at, '[]'],
    );
    return this.get(name)!;
  }

  /** Null when somebody else changed them since that version. */
  setChannels(name: string, version: number, channels: readonly Channel[]): RegisteredProbe | null {
    const changed = this.events.database.run(
      'UPDATE probes SET channels = ?, updated_at = ?, version = version + 1 WHERE name = ? AND version = ?',
      ...[JSON.stringify(channels), this.now(), name, version],
    );
    return changed > 0 ? this.get(name) : null;
  }

  beat(name: string, heartbeat: Heartbeat): void {
    this.events.database.run(
      'UPDATE probes SET heartbeat = ?, heartbeat_at = ? WHERE name = ?',
      ...[JSON.stringify(heartbeat), this.now(), name],
    );
  }

  remove(name: string): void {
    this.events.database.run('DELETE FROM probes WHERE name = ?', name);
  }
}

function probeOf(row: ProbeRow): RegisteredProbe {
  return {
    name: row.name,
    userId: row.user_id,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    version: row.version,
    channels: JSON.parse(row.channels) as Channel[],
    heartbeatAt: row.heartbeat_at,
    heartbeat: row.heartbeat === null ? null : (JSON.parse(row.heartbeat) as Heartbeat),
  };
}
