import type { IncomingHttpHeaders } from 'node:http';

/** Headers by which an investigator tells who sent an answer, and when. No cookies: those are secrets. */
const TELLING = new Set([
  'accept-ranges',
  'age',
  'alt-svc',
  'cache-control',
  'cf-cache-status',
  'cf-ray',
  'content-length',
  'content-type',
  'date',
  'etag',
  'expires',
  'last-modified',
  'report-to',
  'server',
  'server-timing',
  'vary',
  'via',
]);
const SECRET = /auth|cookie|token|key|session|secret/;
const MOST = 40;
const LONGEST_NAME = 100;
const LONGEST = 500;

/** Those of an answer's headers that are worth keeping: the usual ones of servers, caches and CDNs, and `x-…`. */
export function tellingHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  const kept = Object.entries(headers)
    .filter(([name]) => (TELLING.has(name) || name.startsWith('x-')) && !SECRET.test(name))
    .filter(([name, value]) => name.length <= LONGEST_NAME && value !== undefined)
    .slice(0, MOST);
  return Object.fromEntries(kept.map(([name, value]) => [name, String(value).slice(0, LONGEST)]));
}
