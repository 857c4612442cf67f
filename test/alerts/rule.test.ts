import { describe, expect, it } from 'vitest';
import { asksFor, type Rule, toldOf } from '../../src/alerts/rule.js';
import { utcMillis } from '../../src/domain/ids.js';
import { detection } from '../support/detection.js';

const rule: Rule = {
  id: 'r',
  tenant: null,
  createdAt: 0,
  updatedAt: 0,
  version: 1,
  name: 'All',
  enabled: true,
  catalogue: null,
  assetId: null,
  minScore: 0.5,
  changes: ['opened', 'closed'],
  window: null,
  webhook: null,
  bus: false,
};
const tenantOf = (catalogue: string) => (catalogue === 'films' ? 'studio' : 'default');
const one = detection({
  score: 0.5,
  time: { start: utcMillis(10_000), end: utcMillis(20_000) },
  catalogue: 'films',
});

describe('a rule', () => {
  it.each<[string, Partial<Rule>, boolean]>([
    ['as it is', {}, true],
    ['switched off', { enabled: false }, false],
    ['of the tenant', { tenant: 'studio' }, true],
    ['of another tenant', { tenant: 'default' }, false],
    ['for its catalogue', { catalogue: 'films' }, true],
    ['for another catalogue', { catalogue: 'sports' }, false],
    ['for another asset', { assetId: 'beta' }, false],
    ['with a higher score', { minScore: 0.51 }, false],
    ['for a time that it ends in', { window: { from: 20_000, to: 30_000 } }, true],
    ['for a time that begins later', { window: { from: 20_001, to: 30_000 } }, false],
    ['for a time that ended before', { window: { from: 0, to: 10_000 } }, false],
  ])('%s', (_, given, asks) => {
    expect(asksFor({ ...rule, ...given }, one, tenantOf)).toBe(asks);
  });

  it('tells what it is to tell, and that a detection opened once it passes', () => {
    expect(toldOf(rule, 'opened', false)).toEqual(['opened']);
    expect(toldOf(rule, 'extended', false)).toEqual(['opened']);
    expect(toldOf(rule, 'closed', false)).toEqual(['opened', 'closed']);
    expect(toldOf(rule, 'extended', true)).toEqual([]);
    expect(toldOf(rule, 'closed', true)).toEqual(['closed']);
    expect(toldOf({ ...rule, changes: ['extended'] }, 'extended', false)).toEqual(['extended']);
    expect(toldOf({ ...rule, changes: ['closed'] }, 'extended', false)).toEqual([]);
  });
});
