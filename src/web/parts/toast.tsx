import { signal } from '@preact/signals';

interface Message {
  readonly text: string;
  readonly link?: { readonly href: string; readonly text: string } | undefined;
}

const message = signal<Message | null>(null);
let timer: ReturnType<typeof setTimeout> | undefined;

/** Says something that was done, for some seconds. */
export function say(text: string, link?: Message['link']): void {
  clearTimeout(timer);
  message.value = { text, link };
  timer = setTimeout(() => {
    message.value = null;
  }, 8000);
}

export function Toast() {
  const shown = message.value;
  return (
    <div aria-live="polite">
      {shown && (
        <div class="toast">
          <span class="any">{shown.text}</span>
          {shown.link && <a href={shown.link.href}>{shown.link.text}</a>}
        </div>
      )}
    </div>
  );
}
