/** Numbers of an axis at round steps. */
export function roundTicks(from: number, to: number, count: number): number[] {
  const raw = (to - from) / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(Math.max(raw, 1e-6)));
  const step = [1, 2, 5, 10].map((value) => value * power).find((value) => value >= raw) ?? raw;
  const found: number[] = [];
  for (let at = Math.ceil(from / step) * step; at <= to + step / 1000; at += step) found.push(at);
  return found;
}

/** Readies a canvas for drawing in CSS pixels; null while it has no size. */
export function contextOf(canvas: HTMLCanvasElement, height: number): CanvasRenderingContext2D | null {
  const width = canvas.clientWidth;
  if (width === 0) return null;
  canvas.width = Math.round(width * devicePixelRatio);
  canvas.height = Math.round(height * devicePixelRatio);
  const context = canvas.getContext('2d');
  context?.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
  return context;
}

export const PLOT_FONT = '11px system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif';
