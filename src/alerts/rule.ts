import type { Detection } from '../domain/match.js';

/** What of a detection somebody may be told. */
export const CHANGES = ['opened', 'extended', 'closed'] as const;
export type Change = (typeof CHANGES)[number];

/** What somebody wants to be told of, and how. Times are ms since 1970 (UTC). */
export interface RuleContent {
  readonly name: string;
  readonly enabled: boolean;
  /** Null = any that the rule's tenant has. */
  readonly catalogue: string | null;
  /** Null = any. */
  readonly assetId: string | null;
  /** 0..1 */
  readonly minScore: number;
  /** `opened` = as soon as a detection passes the rule. */
  readonly changes: readonly Change[];
  /** Only of what lies in that time in part, as that of an event; null = always. */
  readonly window: { readonly from: number; readonly to: number } | null;
  /** Where it is posted to; null = nowhere. */
  readonly webhook: { readonly url: string } | null;
  /** Whether it goes to the topic `streamprint.alerts`. */
  readonly bus: boolean;
}

export interface Rule extends RuleContent {
  readonly id: string;
  /** Whose detections it is about; null = those of all. */
  readonly tenant: string | null;
  readonly createdAt: number;
  readonly updatedAt: number;
  /** Grows with each change. */
  readonly version: number;
}

/** Where an alert goes. All are events of the service; `events` = and nothing else. */
export type Channel = 'webhook' | 'bus' | 'events';

export function channelsOf({ webhook, bus }: RuleContent): Channel[] {
  const channels: Channel[] = [];
  if (webhook) channels.push('webhook');
  if (bus) channels.push('bus');
  return channels.length > 0 ? channels : ['events'];
}

/** Whether a detection is one that a rule asks for. @param tenantOf the owner of a catalogue */
export function asksFor(
  rule: Rule,
  { catalogue, assetId, score, time }: Detection,
  tenantOf: (catalogue: string) => string,
): boolean {
  return (
    rule.enabled &&
    (rule.tenant === null || rule.tenant === tenantOf(catalogue)) &&
    (rule.catalogue === null || rule.catalogue === catalogue) &&
    (rule.assetId === null || rule.assetId === assetId) &&
    score >= rule.minScore &&
    (rule.window === null || (time.start < rule.window.to && time.end >= rule.window.from))
  );
}

/**
 * What a rule's receiver is told of a change; empty = nothing.
 * @param isKnown whether it was told of that detection before
 */
export function toldOf({ changes }: RuleContent, change: Change, isKnown: boolean): Change[] {
  if (isKnown) return change !== 'opened' && changes.includes(change) ? [change] : [];
  const told: Change[] = changes.includes('opened') ? ['opened'] : [];
  // Of what passes the rule only when it is over, the end is told as well.
  if (change === 'closed' && changes.includes('closed')) told.push('closed');
  if (change === 'extended' && told.length === 0 && changes.includes('extended')) told.push('extended');
  return told;
}
