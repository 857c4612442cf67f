/** Host of the address that a stream is watched at, in lower case; null for what is no address of the network. */
export function hostOf(url: string): string | null {
  try {
    const { hostname } = new URL(url);
    return hostname === '' ? null : hostname.toLowerCase().replace(/^\[|\]$/g, '');
  } catch {
    return null;
  }
}
