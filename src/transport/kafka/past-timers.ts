const PAST_TIMER = 'TimeoutNegativeWarning';

let isQuiet = false;

/** The client library sets timers for moments that have passed. Node.js from 24 on would say so on stderr, once a process. */
export function allowPastTimers(): void {
  if (isQuiet) return;
  isQuiet = true;
  const emitWarning = process.emitWarning.bind(process) as (...args: unknown[]) => void;
  process.emitWarning = (...args: unknown[]) => {
    if (args[1] !== PAST_TIMER) emitWarning(...args);
  };
}
