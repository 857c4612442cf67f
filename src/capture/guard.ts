import { BlockList, isIP, isIPv4 } from 'node:net';

/** Decides whether an IP address lies inside somebody's own network. */
export type InternalCheck = (ip: string) => boolean;

const internal4 = new BlockList();
for (const [net, prefix] of [
  ['0.0.0.0', 8], // this network
  ['10.0.0.0', 8], // private
  ['100.64.0.0', 10], // carrier's NAT
  ['127.0.0.0', 8], // loopback
  ['169.254.0.0', 16], // link-local, cloud metadata
  ['172.16.0.0', 12], // private
  ['192.0.0.0', 24], // protocol assignments
  ['192.168.0.0', 16], // private
  ['198.18.0.0', 15], // benchmarks
  ['224.0.0.0', 4], // multicast
  ['240.0.0.0', 4], // reserved, broadcast
] as const)
  internal4.addSubnet(net, prefix, 'ipv4');

const internal6 = new BlockList();
for (const [net, prefix] of [
  ['2001::', 32], // Teredo: carries an IPv4 address that we would have to trust
  ['64:ff9b:1::', 48], // local NAT64
  ['100::', 64], // discard
  ['fc00::', 7], // unique local
  ['fe80::', 10], // link-local
  ['fec0::', 10], // site-local
  ['ff00::', 8], // multicast
] as const)
  internal6.addSubnet(net, prefix, 'ipv6');

/**
 * Whether an IP address is loopback, private, link-local, metadata, unique local, multicast or reserved.
 * IPv6 forms that carry an IPv4 address (mapped, compatible, NAT64, 6to4) count as that address.
 * What is no IP address counts as internal.
 */
export function isInternalAddress(ip: string): boolean {
  const plain = ip.replace(/^\[|\]$/g, '').replace(/%.*$/, '');
  if (isIPv4(plain)) return internal4.check(plain, 'ipv4');
  if (isIP(plain) === 0) return true;
  const words = ipv6Words(plain);
  const carried = carriedIPv4(words);
  return carried === null ? internal6.check(plain, 'ipv6') : internal4.check(carried, 'ipv4');
}

/**
 * The same without some networks of the operator's own, from which all may be fetched.
 * @param networks IP addresses, or `10.1.0.0/16`
 */
export function sparing(networks: readonly string[]): InternalCheck {
  const spared = new BlockList();
  for (const network of networks) {
    const [ip = '', prefix] = network.split('/');
    const family = isIPv4(ip) ? 'ipv4' : 'ipv6';
    spared.addSubnet(ip, Number(prefix ?? (family === 'ipv4' ? 32 : 128)), family);
  }
  return (ip) => {
    const plain = ip.replace(/^\[|\]$/g, '');
    const isSpared = isIP(plain) !== 0 && spared.check(plain, isIPv4(plain) ? 'ipv4' : 'ipv6');
    return !isSpared && isInternalAddress(ip);
  };
}

/** The IP address that a URL's host is written as; null for a name. */
export function literalAddress(url: URL): string | null {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  return isIP(host) === 0 ? null : host;
}

function carriedIPv4(words: readonly number[]): string | null {
  const [a, b, c, d, e, f, g, h] = words as [number, number, number, number, number, number, number, number];
  const firstFour = a | b | c | d;
  const mappedOrCompatible = firstFour === 0 && e === 0 && (f === 0xffff || f === 0);
  const translated = firstFour === 0 && e === 0xffff && f === 0;
  const nat64 = a === 0x64 && b === 0xff9b && (c | d | e | f) === 0;
  if (mappedOrCompatible || translated || nat64) return dotted(g, h);
  return a === 0x2002 ? dotted(b, c) : null;
}

function dotted(high: number, low: number): string {
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}

/** The eight 16-bit words of a valid IPv6 address. */
function ipv6Words(ip: string): number[] {
  const withoutDots = ip.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, ...parts: string[]) => {
    const [p, q, r, s] = parts.slice(0, 4).map(Number) as [number, number, number, number];
    return `${((p << 8) | q).toString(16)}:${((r << 8) | s).toString(16)}`;
  });
  const [head = '', tail] = withoutDots.split('::');
  const front = head === '' ? [] : head.split(':');
  const back = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = new Array<string>(8 - front.length - back.length).fill('0');
  return [...front, ...zeros, ...back].map((word) => Number.parseInt(word, 16));
}
