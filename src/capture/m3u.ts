import { type ExtInf, headersOfSuffix, parseExtInf, safeHeaders } from './m3u-entry.js';

export const MAX_CHANNELS = 100_000;
const MAX_LINE = 16 * 1024;
const MAX_NOTES = 100;

/** One entry of a channel list. */
export interface Channel {
  /** As listed: empty = not said. */
  readonly tvgId: string;
  readonly name: string;
  readonly group: string;
  /** An address or a path, perhaps relative to the list. */
  readonly reference: string;
  /** What the list wants to be sent with each request. */
  readonly headers: Readonly<Record<string, string>>;
  /** HTTP proxy that the list wants it to be fetched through; null = none is named. */
  readonly proxy: string | null;
  /** Line of the address, from 1. */
  readonly line: number;
}

export interface ChannelList {
  readonly channels: readonly Channel[];
  /** What could not be used, with line numbers. */
  readonly notes: readonly string[];
}

const NO_INFO: ExtInf = { name: '', attributes: new Map() };

/**
 * Reads an M3U list of channels: `#EXTINF:-1 tvg-id="…" tvg-name="…" group-title="…",Name` before each address,
 * `#EXTGRP`, `#EXTVLCOPT:http-user-agent`, `http-referrer` and `http-proxy`, `|User-Agent=…` behind an address.
 * Never throws: what makes no sense becomes a note.
 */
export function parseChannelList(text: string): ChannelList {
  const reader = new ListReader();
  let number = 0;
  for (const line of text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/)) reader.take(line.trim(), ++number);
  return reader.finish();
}

class ListReader {
  private readonly channels: Channel[] = [];
  private readonly notes: string[] = [];
  private unnoted = 0;
  private info: ExtInf | null = null;
  private infoLine = 0;
  private group = '';
  private headers: Record<string, string> = {};
  private proxy: string | null = null;

  take(line: string, number: number): void {
    if (line === '') return;
    if (line.length > MAX_LINE) this.note(number, `longer than ${MAX_LINE} characters`);
    else if (line.startsWith('#EXTINF:')) this.takeInfo(line, number);
    else if (line.startsWith('#EXTGRP:')) this.group = line.slice('#EXTGRP:'.length).trim();
    else if (line.startsWith('#EXTVLCOPT:')) this.takeOption(line.slice('#EXTVLCOPT:'.length));
    else if (!line.startsWith('#')) this.takeAddress(line, number);
  }

  finish(): ChannelList {
    if (this.info !== null) this.note(this.infoLine, `no address follows "${this.info.name}"`);
    const notes = this.unnoted > 0 ? [...this.notes, `and ${this.unnoted} more lines`] : this.notes;
    return { channels: this.channels, notes };
  }

  private takeInfo(line: string, number: number): void {
    if (this.info !== null) this.note(this.infoLine, `no address follows "${this.info.name}"`);
    this.info = parseExtInf(line.slice('#EXTINF:'.length));
    this.infoLine = number;
  }

  private takeOption(option: string): void {
    const [, name, value] = /^http-(user-agent|referrer|proxy)=(.*)$/i.exec(option) ?? [];
    if (name === undefined || value === undefined) return;
    if (name.toLowerCase() === 'proxy') {
      this.proxy = value.trim();
      return;
    }
    Object.assign(
      this.headers,
      safeHeaders([[name.toLowerCase() === 'referrer' ? 'referer' : 'user-agent', value]]),
    );
  }

  private takeAddress(line: string, number: number): void {
    const { name, attributes } = this.info ?? NO_INFO;
    const [reference, headers] = headersOfSuffix(line);
    if (this.channels.length >= MAX_CHANNELS) this.note(number, `more than ${MAX_CHANNELS} channels`);
    else
      this.channels.push({
        tvgId: attributes.get('tvg-id')?.trim() ?? '',
        name: name || (attributes.get('tvg-name')?.trim() ?? '') || nameOf(reference),
        group: attributes.get('group-title')?.trim() || this.group,
        reference,
        headers: { ...this.headers, ...headers },
        proxy: this.proxy,
        line: number,
      });
    this.info = null;
    this.group = '';
    this.headers = {};
    this.proxy = null;
  }

  private note(line: number, what: string): void {
    if (this.notes.length < MAX_NOTES) this.notes.push(`line ${line}: ${what.slice(0, 200)}`);
    else this.unnoted++;
  }
}

/** The last part of an address or path, without what may be secret behind it. */
function nameOf(reference: string): string {
  const path = reference.replace(/[?#].*$/s, '').replace(/^[a-z]+:\/\/[^/]*/i, '');
  return path.split('/').findLast((part) => part !== '') ?? reference.slice(0, 80);
}
