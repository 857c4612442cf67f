/** What pointers and the wheel ask of a chart; places and distances in CSS pixels. */
export interface Wishes {
  pan(by: number): void;
  zoom(factor: number, x: number): void;
  hover(x: number, y: number): void;
  press(x: number, y: number): void;
}

/** A pointer that moved less than this was pressed, not dragged, px. */
const STILL = 4;

/** Mouse, pen and fingers on an element: one drags, two zoom; up and down is the page's own scrolling. */
export class Gestures {
  readonly #pointers = new Map<number, { x: number; y: number }>();
  readonly #abort = new AbortController();
  #moved = 0;

  constructor(
    private readonly element: HTMLElement,
    private readonly wishes: Wishes,
  ) {
    const { signal } = this.#abort;
    element.addEventListener('pointerdown', (event) => this.#down(event), { signal });
    element.addEventListener('pointermove', (event) => this.#move(event), { signal });
    element.addEventListener('pointerup', (event) => this.#up(event, true), { signal });
    element.addEventListener('pointercancel', (event) => this.#up(event, false), { signal });
    element.addEventListener('wheel', (event) => this.#wheel(event), { signal, passive: false });
  }

  end(): void {
    this.#abort.abort();
  }

  #place(event: MouseEvent): { x: number; y: number } {
    const box = this.element.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  }

  #down(event: PointerEvent): void {
    if (event.button !== 0) return;
    this.element.setPointerCapture(event.pointerId);
    if (this.#pointers.size === 0) this.#moved = 0;
    this.#pointers.set(event.pointerId, this.#place(event));
  }

  #move(event: PointerEvent): void {
    const place = this.#place(event);
    const before = this.#pointers.get(event.pointerId);
    if (!before) {
      if (this.#pointers.size === 0) this.wishes.hover(place.x, place.y);
      return;
    }
    const other = [...this.#pointers].find(([id]) => id !== event.pointerId)?.[1];
    this.#pointers.set(event.pointerId, place);
    this.#moved += Math.abs(place.x - before.x) + Math.abs(place.y - before.y);
    if (other) {
      const distance = Math.max(1, Math.abs(place.x - other.x));
      const distanceBefore = Math.max(1, Math.abs(before.x - other.x));
      this.wishes.zoom(distanceBefore / distance, (place.x + other.x) / 2);
    } else if (this.#moved > STILL) this.wishes.pan(before.x - place.x);
  }

  #up(event: PointerEvent, isMeant: boolean): void {
    if (!this.#pointers.delete(event.pointerId) || !isMeant) return;
    const { x, y } = this.#place(event);
    if (this.#pointers.size === 0 && this.#moved <= STILL) this.wishes.press(x, y);
  }

  #wheel(event: WheelEvent): void {
    const { x } = this.#place(event);
    if (event.ctrlKey || event.metaKey) {
      event.preventDefault();
      this.wishes.zoom(Math.exp(Math.max(-60, Math.min(60, event.deltaY)) / 150), x);
    } else if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
      event.preventDefault();
      this.wishes.pan(event.deltaX || event.deltaY);
    }
  }
}
