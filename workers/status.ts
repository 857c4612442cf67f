/**
 * A program: writes the state of the decoders to its output, as JSON. A binary that cannot be loaded, or that
 * crashes on loading, ends this process alone.
 */
import { decoderStatuses } from './decode/status.js';

process.stdout.write(JSON.stringify(await decoderStatuses()));
