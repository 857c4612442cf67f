import v8 from 'node:v8';
import { Command, CommanderError } from 'commander';
import { version } from '../version.js';
import { auditCommand } from './audit.js';
import { backupCommands } from './backup.js';
import { catalogueCommand } from './catalogue.js';
import { deadLettersCommand } from './dead-letters.js';
import { detectionsCommand } from './detections.js';
import { doctorCommand } from './doctor.js';
import { evidenceCommand } from './evidence.js';
import { fingerprintCommand } from './fingerprint.js';
import { keysCommand } from './keys.js';
import { liveReferenceCommand } from './live-reference.js';
import { matchCommand } from './match.js';
import { monitorCommand } from './monitor.js';
import { tellError } from './output.js';
import { probeCommand } from './probe.js';
import { registerCommand } from './register.js';
import { rematchCommand } from './rematch.js';
import { serveCommand } from './serve.js';
import { streamsCommand } from './streams.js';
import { workerCommand } from './worker.js';

// V8 weighs media that pass through against a heap of some 40 MB, and would go through all of that every second. With
// this it waits until five times as much has gathered.
v8.setFlagsFromString('--heap-growing-percent=400');

const program = new Command('streamprint')
  .description('Fingerprints streaming content and finds registered works on suspect streams.')
  .version(version)
  .option('--data <dir>', 'where the catalogue and the detections are kept', './data')
  .showHelpAfterError('(--help tells how)')
  .configureHelp({ showGlobalOptions: true })
  .exitOverride();

for (const add of [
  registerCommand,
  fingerprintCommand,
  matchCommand,
  monitorCommand,
  probeCommand,
  rematchCommand,
  liveReferenceCommand,
  catalogueCommand,
  detectionsCommand,
  evidenceCommand,
  streamsCommand,
  serveCommand,
  workerCommand,
  keysCommand,
  auditCommand,
  deadLettersCommand,
  backupCommands,
  doctorCommand,
])
  add(program);

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // Whoever read our output has gone: `| head`.
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode;
  else {
    tellError(error);
    process.exitCode = 1;
  }
}
