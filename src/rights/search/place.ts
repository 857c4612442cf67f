import { StreamprintError } from '../../domain/errors.js';
import type { AssetSort } from './asset-search.js';

/** Where a list goes on: after this asset. */
export interface Place {
  /** Of the column that the list is ordered by; null = catalogue and id alone. */
  readonly key: string | number | null;
  readonly catalogue: string;
  readonly id: string;
  /** Of a list that stays as it was at a moment: that one's name. */
  readonly moment?: string;
}

export interface Order {
  readonly by: 'title' | 'updatedAt' | null;
  readonly isFalling: boolean;
}

const ORDERS: Readonly<Record<AssetSort, Order>> = {
  id: { by: null, isFalling: false },
  title: { by: 'title', isFalling: false },
  '-title': { by: 'title', isFalling: true },
  updatedAt: { by: 'updatedAt', isFalling: false },
  '-updatedAt': { by: 'updatedAt', isFalling: true },
};

export function orderOf(sort: AssetSort): Order {
  return ORDERS[sort];
}

export function writePlace(sort: AssetSort, { key, catalogue, id, moment }: Place): string {
  return JSON.stringify([sort, key, catalogue, id, ...(moment === undefined ? [] : [moment])]);
}

/** @throws SP_USAGE */
export function readPlace(sort: AssetSort, text: string): Place {
  const [of, key, catalogue, id, moment] = parsed(text);
  const { by } = orderOf(sort);
  const type = by === null ? 'object' : by === 'title' ? 'string' : 'number';
  if (of === sort && typeof catalogue === 'string' && typeof id === 'string' && typeof key === type)
    return {
      key: key as Place['key'],
      ...{ catalogue, id },
      ...(typeof moment === 'string' && { moment }),
    };
  throw new StreamprintError('SP_USAGE', 'That is no place in a list of this order.');
}

function parsed(text: string): unknown[] {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}
