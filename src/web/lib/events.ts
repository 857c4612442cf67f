/** One event of a stream of server-sent events. */
export interface ServerEvent {
  readonly id: string;
  readonly type: string;
  readonly data: string;
}

/**
 * Takes server-sent events out of text as it comes (HTML standard, 9.2.6), a comment being an empty event of
 * type ''. What is not whole yet waits for the rest.
 */
export class EventParser {
  #rest = '';
  /** The id of the last event, also of one without data. */
  lastId = '';
  #type = '';
  #data: string[] = [];

  take(text: string): ServerEvent[] {
    const whole = this.#rest + text;
    // A carriage return at the end may be the first half of a line's end.
    const held = whole.endsWith('\r') ? 1 : 0;
    const lines = whole.slice(0, whole.length - held).split(/\r\n|\n|\r/);
    this.#rest = lines.pop()! + whole.slice(whole.length - held);
    const events: ServerEvent[] = [];
    for (const line of lines) {
      if (line === '') {
        if (this.#data.length > 0)
          events.push({ id: this.lastId, type: this.#type || 'message', data: this.#data.join('\n') });
        this.#type = '';
        this.#data = [];
        continue;
      }
      const colon = line.indexOf(':');
      const field = colon < 0 ? line : line.slice(0, colon);
      const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
      if (field === 'id') this.lastId = value;
      else if (field === 'event') this.#type = value;
      else if (field === 'data') this.#data.push(value);
    }
    return events;
  }
}
