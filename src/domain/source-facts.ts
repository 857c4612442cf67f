/** Who sent some of a stream. */
export interface Sender {
  /** In its one form. */
  readonly ip: string;
  /** Number of its network; null = not known. */
  readonly asn: number | null;
}

/** What an investigator wants to know of where bytes came from, as far as the one who fetched them saw it. */
export interface SourceFacts {
  /** After all redirects; without user and password of the address, with all else: not for logs. */
  readonly url: string;
  /** That was connected to; null = not known, as behind a proxy. */
  readonly ip: string | null;
  /** HTTP status; null = another protocol. */
  readonly status: number | null;
  /** Those of the answer's headers that tell who sent it. Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Addresses that led on, in order. */
  readonly redirects: readonly string[];
  /** SHA-256 of the server's certificate (DER), in hex; null = none. */
  readonly tls: string | null;
}
