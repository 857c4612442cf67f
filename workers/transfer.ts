/**
 * The buffers that can be handed to another thread without a copy: those that the arrays in `value` have to
 * themselves. (Node keeps small Buffers in one shared piece of memory.)
 */
export function ownBuffers(value: unknown): ArrayBuffer[] {
  const views: ArrayBufferView[] = [];
  collect(value, views);
  const users = new Map<ArrayBuffer, number>();
  for (const { buffer } of views)
    if (buffer instanceof ArrayBuffer) users.set(buffer, (users.get(buffer) ?? 0) + 1);
  return [...users]
    .filter(([buffer, count]) => count === 1 && buffer.byteLength > 0)
    .map(([buffer]) => buffer);
}

function collect(value: unknown, views: ArrayBufferView[]): void {
  if (ArrayBuffer.isView(value)) {
    if (!Buffer.isBuffer(value)) views.push(value);
  } else if (typeof value === 'object' && value !== null) {
    for (const part of Object.values(value)) collect(part, views);
  }
}
