const ID = 'help';

const KEYS: readonly (readonly [string, readonly (readonly [string, string])[]])[] = [
  [
    'Everywhere',
    [
      ['1 2 3 4', 'Now, Timeline, Search, Catalogue'],
      ['/', 'Search'],
      ['?', 'This list'],
    ],
  ],
  [
    'Timeline (when it has the focus)',
    [
      ['← →', 'Earlier, later'],
      ['↑ ↓', 'From stream to stream'],
      ['+ −', 'Zoom'],
      ['[ ]', 'From bar to bar'],
      ['Enter', 'Open the chosen bar'],
      ['Home End', 'All of it; up to now'],
    ],
  ],
  [
    'Detection',
    [
      ['← →', 'Scrub both sides'],
      ['Space', 'Play and pause'],
      ['C R L S', 'Confirm, reject, licensed, second opinion'],
      ['N', 'Next one to review'],
    ],
  ],
];

export function openHelp(): void {
  const dialog = document.getElementById(ID) as HTMLDialogElement | null;
  if (dialog && !dialog.open) dialog.showModal();
}

/** The keys of every page. */
export function Help() {
  return (
    <dialog id={ID} aria-labelledby="help-title">
      <div class="stack">
        <h2 id="help-title">Keys</h2>
        {KEYS.map(([group, keys]) => (
          <section key={group} class="stack">
            <h3>{group}</h3>
            <dl class="facts">
              {keys.map(([key, what]) => (
                <>
                  <dt key={key}>
                    <kbd>{key}</kbd>
                  </dt>
                  <dd>{what}</dd>
                </>
              ))}
            </dl>
          </section>
        ))}
        <form method="dialog">
          <button type="submit" class="button main">
            Close
          </button>
        </form>
      </div>
    </dialog>
  );
}
