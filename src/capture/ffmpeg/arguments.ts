import type { Address } from '../address.js';

/** The source giving nothing for so long ends the program by itself, µs; the watchdog is there if it does not. */
const TIMEOUT = 15_000_000;

/** How the ffmpeg program is to open an address. */
export interface FfmpegInput {
  readonly url: string;
  /** In front of the input. */
  readonly options: readonly string[];
}

/** What may be opened for each protocol, and nothing else: no playlist leads to files or other hosts. */
const ALLOWED: Readonly<Record<string, string>> = {
  'udp:': 'udp',
  'rtp:': 'rtp,udp',
  'rtmp:': 'rtmp,tcp',
  'rtmps:': 'rtmps,rtmp,tls,tcp',
  'rtsp:': 'rtsp,rtp,udp,tcp',
  'rtsps:': 'rtsp,rtp,udp,tcp,tls',
  'srt:': 'srt',
};

/**
 * @param ip that the host was looked up as, and that may be connected to: the program gets it in place of the name,
 * so that a name which changes its address gains nothing. Over TLS the name stays, since the certificate is its.
 */
export function ffmpegInput({ url }: Address, ip: string): FfmpegInput {
  const located = new URL(url);
  if (!url.protocol.endsWith('s:')) located.hostname = ip.includes(':') ? `[${ip}]` : ip;
  const options = ['-protocol_whitelist', ALLOWED[url.protocol] ?? ''];
  switch (url.protocol) {
    case 'udp:':
      setDefaults(located, { timeout: TIMEOUT, overrun_nonfatal: 1, fifo_size: 50_000, reuse: 1 });
      return { url: located.href, options: [...options, '-f', 'mpegts'] };
    case 'rtp:':
      setDefaults(located, { timeout: TIMEOUT });
      return { url: located.href, options };
    case 'rtmp:':
    case 'rtmps:': {
      const [app = ''] = url.pathname.split('/').slice(1);
      const tcUrl = `${url.protocol}//${url.host}/${app}`;
      return {
        url: located.href,
        options: [...options, '-rw_timeout', `${TIMEOUT}`, '-rtmp_live', 'live', '-rtmp_tcurl', tcUrl],
      };
    }
    case 'rtsp:':
    case 'rtsps:':
      return { url: located.href, options: [...options, '-rtsp_transport', 'tcp', '-timeout', `${TIMEOUT}`] };
    default:
      setDefaults(located, { mode: 'caller', timeout: TIMEOUT, connect_timeout: 10_000 });
      return { url: located.href, options: [...options, '-f', 'mpegts'] };
  }
}

/** Options in the address that its owner did not set himself. */
function setDefaults(url: URL, defaults: Readonly<Record<string, number | string>>): void {
  for (const [name, value] of Object.entries(defaults))
    if (!url.searchParams.has(name)) url.searchParams.set(name, String(value));
}
