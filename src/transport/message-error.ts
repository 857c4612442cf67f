import { StreamprintError } from '../domain/errors.js';

/** A message that breaks its contract: trying again cannot help. */
export class MessageError extends StreamprintError {
  /**
   * @param field that is wrong: `capture.start`, a header's name, `key`, or `value`
   * @param problem what is wrong with it, to be read after its name
   */
  constructor(
    readonly field: string,
    problem: string,
    options?: { readonly cause?: unknown },
  ) {
    super('SP_MESSAGE_INVALID', `${field} ${problem}.`, options);
  }
}
