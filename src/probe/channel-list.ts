/** A channel as the service names it to a probe. */
export interface Channel {
  /** Of the stream; null = made of its name. */
  readonly id: string | null;
  readonly name: string;
  readonly url: string;
  readonly userAgent: string | null;
  readonly referer: string | null;
}

/** As a list that captures can be made of: M3U. What is no single line is made one. */
export function channelListOf(channels: readonly Channel[]): string {
  const line = (text: string) => text.replace(/\p{Cc}+/gu, ' ').trim();
  const lines = channels.flatMap(({ id, name, url, userAgent, referer }) => [
    `#EXTINF:-1${id === null ? '' : ` tvg-id="${line(id).replaceAll('"', '')}"`},${line(name)}`,
    ...(userAgent === null ? [] : [`#EXTVLCOPT:http-user-agent=${line(userAgent)}`]),
    ...(referer === null ? [] : [`#EXTVLCOPT:http-referrer=${line(referer)}`]),
    line(url),
  ]);
  return `${['#EXTM3U', ...lines].join('\n')}\n`;
}
