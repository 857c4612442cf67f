import { InvalidArgumentError } from 'commander';

/** A port of TCP; 0 = any that is free. */
export function port(value: string): number {
  const number = Number(value);
  if (Number.isInteger(number) && number >= 0 && number <= 65_535) return number;
  throw new InvalidArgumentError('it must be a number from 0 to 65535.');
}

export function seconds(value: string): number {
  const number = Number(value);
  if (number > 0) return number;
  throw new InvalidArgumentError('it must be a number of seconds above 0.');
}
