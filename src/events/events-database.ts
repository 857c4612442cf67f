import path from 'node:path';
import { Database } from '../storage/database.js';
import { prepareSchema } from '../storage/schema.js';
import { acquireWriterLock, type WriterLock } from '../storage/writer-lock.js';
import { EVENT_SCHEMA } from './schema.js';

/** Where the service keeps its events, the rules of alerts, and what is to be delivered: one file, so that one transaction reaches all. */
export class EventsDatabase {
  private constructor(
    readonly database: Database,
    private readonly lock: WriterLock,
  ) {}

  /** @throws SP_DATA_LOCKED when another service has the directory; SP_DATA_VERSION, SP_DISK_FULL */
  static open(dataDirectory: string): EventsDatabase {
    const directory = path.join(dataDirectory, 'events');
    const lock = acquireWriterLock(directory, EVENT_SCHEMA.what);
    try {
      const database = Database.open(path.join(directory, 'events.db'));
      prepareSchema(database, EVENT_SCHEMA);
      return new EventsDatabase(database, lock);
    } catch (error) {
      lock.release();
      throw error;
    }
  }

  /** All that `work` writes, or, when it throws, nothing. Not to be nested. */
  transaction<T>(work: () => T): T {
    return this.database.transaction(work);
  }

  /** How far somebody has come; null = not begun. */
  mark(name: string): number | null {
    return (
      this.database.get<{ value: number }>('SELECT value FROM marks WHERE name = ?', name)?.value ?? null
    );
  }

  setMark(name: string, value: number): void {
    this.database.run(
      'INSERT INTO marks VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
      name,
      value,
    );
  }

  close(): void {
    this.database.close();
    this.lock.release();
  }
}
