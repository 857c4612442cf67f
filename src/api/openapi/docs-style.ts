/** Of the page at `/docs`. */
export const DOCS_STYLE = `:root {
  color-scheme: light dark;
  --text: light-dark(#1d2129, #e3e6eb);
  --quiet: light-dark(#4d5666, #a9b2c0);
  --back: light-dark(#fff, #15181d);
  --line: light-dark(#d6dae1, #363c47);
  --link: light-dark(#0b57a8, #8cbcf5);
}
body { margin: 0 auto; max-width: 62rem; padding: 1.5rem; background: var(--back); color: var(--text);
  font: 16px/1.5 system-ui, sans-serif; }
a { color: var(--link); }
h1 small, summary span, em, caption { color: var(--quiet); font-weight: normal; }
h2 { margin-top: 2.5rem; border-bottom: 1px solid var(--line); }
nav ul { display: flex; flex-wrap: wrap; gap: .25rem 1rem; padding: 0; list-style: none; }
details { border: 1px solid var(--line); border-radius: .4rem; margin: .4rem 0; padding: .5rem .8rem; }
summary { cursor: pointer; overflow-wrap: anywhere; }
code { font: .92em ui-monospace, monospace; overflow-wrap: anywhere; }
.method { font-weight: bold; }
table { border-collapse: collapse; width: 100%; margin: .5rem 0; }
th, td { border-bottom: 1px solid var(--line); padding: .3rem .6rem .3rem 0; text-align: left; vertical-align: top; }
caption { text-align: left; }
dd { margin: 0 0 .5rem 1.5rem; }
`;
