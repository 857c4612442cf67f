/** An expected failure of a task: the code is one of `src/domain/errors.ts`, the sentence names the input. */
export class TaskFailure extends Error {
  override readonly name = 'TaskFailure';

  constructor(
    readonly code: TaskFailureCode,
    message: string,
    options?: { readonly cause?: unknown },
  ) {
    super(message, options);
  }
}

export type TaskFailureCode =
  | 'SP_INPUT_MISSING'
  | 'SP_INPUT_EMPTY'
  | 'SP_INPUT_NOT_MEDIA'
  | 'SP_INPUT_NO_TRACKS'
  | 'SP_INPUT_TOO_SHORT'
  | 'SP_INPUT_TOO_LARGE'
  | 'SP_INPUT_TIMEOUT'
  | 'SP_DECODER_UNAVAILABLE';
