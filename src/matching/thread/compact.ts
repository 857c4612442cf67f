/**
 * The same with typed arrays that have their memory to themselves: whatever else lies in that memory would be copied
 * to another thread together with them.
 */
export function compact<T>(value: T): T {
  if (ArrayBuffer.isView(value)) {
    if (value.byteLength === value.buffer.byteLength) return value;
    // A Buffer's own `slice` copies nothing.
    return Uint8Array.prototype.slice.call(value) as T;
  }
  if (Array.isArray(value)) return value.map(compact) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, compact(part)])) as T;
}
