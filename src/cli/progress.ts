import cliProgress from 'cli-progress';

/** A progress bar on the terminal; says nothing where there is none. */
export interface Progress {
  step(): void;
  stop(): void;
}

export function progressBar(what: string, total: number): Progress {
  if (!process.stderr.isTTY || total < 2) return { step: () => undefined, stop: () => undefined };
  const bar = new cliProgress.SingleBar(
    {
      format: `${what} {bar} {value}/{total}  {eta_formatted} left`,
      hideCursor: true,
      stream: process.stderr,
    },
    cliProgress.Presets.shades_classic,
  );
  bar.start(total, 0);
  return { step: () => bar.increment(), stop: () => bar.stop() };
}
