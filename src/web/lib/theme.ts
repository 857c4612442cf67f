import { effect, signal } from '@preact/signals';

export type Theme = 'auto' | 'light' | 'dark';

const KEY = 'streamprint.theme';

function stored(): Theme {
  try {
    const value = localStorage.getItem(KEY);
    return value === 'light' || value === 'dark' ? value : 'auto';
  } catch {
    return 'auto';
  }
}

export const theme = signal<Theme>(stored());

const prefersDark = window.matchMedia('(prefers-color-scheme: dark)');
const systemDark = signal(prefersDark.matches);

/** Counts changes of colours: what is drawn on a canvas is drawn again then. */
export const paint = signal(0);

export function startTheme(): void {
  prefersDark.addEventListener('change', () => {
    systemDark.value = prefersDark.matches;
  });
  effect(() => {
    const value = theme.value;
    document.documentElement.dataset.theme = value;
    try {
      localStorage.setItem(KEY, value);
    } catch {
      // A browser that stores nothing shows what the system prefers the next time.
    }
  });
  effect(() => {
    void theme.value;
    void systemDark.value;
    palettes.clear();
    paint.value = paint.peek() + 1;
  });
}

const palettes = new Map<string, string>();

/** What a custom property such as `--ink` is worth now, as a colour that a canvas takes. */
export function colour(name: string): string {
  const known = palettes.get(name);
  if (known) return known;
  const probe = document.createElement('i');
  probe.style.color = `var(${name})`;
  document.body.append(probe);
  const value = getComputedStyle(probe).color;
  probe.remove();
  palettes.set(name, value);
  return value;
}
