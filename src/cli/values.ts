import { InvalidArgumentError } from 'commander';

/** A port of TCP; 0 = any that is free. */
export function port(value: string): number {
  const number = Number(value);
  if (Number.isInteger(number) && number >= 0 && number <= 65_535) return number;
  throw new InvalidArgumentError('it must be a number from 0 to 65535.');
}

export function seconds(value: string): number {
  return above0(value, 'a number of seconds');
}

export function positive(value: string): number {
  return above0(value, 'a number');
}

/** A whole number above 0. */
export function count(value: string): number {
  const number = positive(value);
  if (Number.isSafeInteger(number)) return number;
  throw new InvalidArgumentError('it must be a whole number.');
}

/** ms UTC. */
export function time(value: string): number {
  const at = Date.parse(value);
  if (Number.isNaN(at)) throw new InvalidArgumentError('it must be a time like 2026-01-31T20:15:00Z.');
  return at;
}

function above0(value: string, what: string): number {
  const number = Number(value);
  if (number > 0) return number;
  throw new InvalidArgumentError(`it must be ${what} above 0.`);
}
