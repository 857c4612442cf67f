import pino from 'pino';
import { HIDDEN, hider, SECRET_FIELDS } from './redaction.js';

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

type Facts = Readonly<Record<string, unknown>>;

/** What an operator may read: one sentence, and facts where there are any. Secrets in either do not show. */
export interface Log {
  debug(message: string, facts?: Facts): void;
  info(message: string, facts?: Facts): void;
  warn(message: string, facts?: Facts): void;
  error(message: string, facts?: Facts): void;
}

export interface LogOptions {
  /** `json`: an object a line. `text`: for people. */
  readonly format: 'json' | 'text';
  /** Nothing below that is logged. */
  readonly level: LogLevel;
  /** Of the process: `service`, `worker`, `probe`. */
  readonly name: string;
  /** That are configured, and must never show. */
  readonly secrets: readonly string[];
  readonly write: (line: string) => void;
}

/** The log of a process. Each line is written at once. */
export function openLog({ format, level, name, secrets, write }: LogOptions): Log {
  const hide = hider(secrets);
  return format === 'json' ? jsonLog(level, name, hide, write) : textLog(level, hide, write);
}

function jsonLog(
  level: LogLevel,
  name: string,
  hide: (text: string) => string,
  write: (line: string) => void,
): Log {
  const logger = pino(
    {
      level,
      base: { name, pid: process.pid },
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: SECRET_FIELDS.flatMap((field) => [`["${field}"]`, `*["${field}"]`]), censor: HIDDEN },
      messageKey: 'message',
    },
    { write: (line: string) => write(hideInside(line, hide)) },
  );
  return {
    debug: (message, facts = {}) => logger.debug(facts, message),
    info: (message, facts = {}) => logger.info(facts, message),
    warn: (message, facts = {}) => logger.warn(facts, message),
    error: (message, facts = {}) => logger.error(facts, message),
  };
}

/** The same line, its texts without secrets: what is hidden must not break the JSON. */
function hideInside(line: string, hide: (text: string) => string): string {
  const clean = JSON.stringify(JSON.parse(line), (_, value: unknown) =>
    typeof value === 'string' ? hide(value) : value,
  );
  return `${clean}\n`;
}

function textLog(level: LogLevel, hide: (text: string) => string, write: (line: string) => void): Log {
  const least = LOG_LEVELS.indexOf(level);
  const at = (of: LogLevel) => (message: string) => {
    if (LOG_LEVELS.indexOf(of) < least) return;
    write(`${new Date().toISOString().slice(11, 19)}  ${hide(message)}\n`);
  };
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}
