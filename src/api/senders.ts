import Type from 'typebox';
import { ipOf } from '../domain/host.js';
import { unusable } from './problem.js';

/** Numbers of networks, so many at most. */
export const networks = (maxItems: number) =>
  Type.Optional(
    Type.Array(Type.Integer({ minimum: 1, maximum: 4_294_967_295 }), {
      minItems: 1,
      maxItems,
      description: 'Numbers of the networks of those addresses, where the probe knows them',
    }),
  );

/** An IP address as it is kept. @throws 422 that points at `ip` */
export function addressOf(text: string): string {
  const ip = ipOf(text);
  if (ip === null) throw unusable('/ip', `${text} is no IP address.`);
  return ip;
}
