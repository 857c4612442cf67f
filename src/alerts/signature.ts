import { createHmac, randomBytes } from 'node:crypto';

const PREFIX = 'whsec_';

/** 32 random bytes, as the scheme of Standard Webhooks writes them. */
export const newSecret = (): string => PREFIX + randomBytes(32).toString('base64');

/**
 * Headers that prove who sent a body, and when: HMAC-SHA256 over id, time and body, as Standard Webhooks has it
 * (https://www.standardwebhooks.com).
 * @param at s since 1970
 */
export function signedHeaders(secret: string, id: string, at: number, body: string): Record<string, string> {
  const key = Buffer.from(secret.slice(PREFIX.length), 'base64');
  const signature = createHmac('sha256', key).update(`${id}.${at}.${body}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': String(at), 'webhook-signature': `v1,${signature}` };
}
