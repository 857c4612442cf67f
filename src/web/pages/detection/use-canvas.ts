import { useEffect, useRef } from 'preact/hooks';
import { paint } from '../../lib/theme.js';

/** Draws on a canvas whenever its size, the colours or one of `inputs` change. */
export function useCanvas(draw: (canvas: HTMLCanvasElement) => void, inputs: readonly unknown[]) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const latest = useRef(draw);
  latest.current = draw;
  useEffect(() => {
    const element = canvas.current!;
    const observer = new ResizeObserver(() => latest.current(element));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  useEffect(() => {
    if (canvas.current) latest.current(canvas.current);
  }, [...inputs, paint.value]);
  return canvas;
}
