import { type Config, SETTINGS } from '../config.js';
import { type Log, openLog } from '../logging/log.js';

/** The log of a process that runs until it is stopped, as the environment sets it up: to stderr. */
export function processLog(config: Config, name: string): Log {
  const secrets = Object.entries(SETTINGS).flatMap(([setting, { secret }]) => {
    const value = config[setting as keyof Config];
    return secret && typeof value === 'string' ? [value] : [];
  });
  const write = (line: string) => process.stderr.write(line);
  return openLog({ format: config.logFormat, level: config.logLevel, name, secrets, write });
}
