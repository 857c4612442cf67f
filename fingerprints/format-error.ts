/** Bytes that are no fingerprint, or one of another version. */
export class FingerprintFormatError extends Error {
  override readonly name = 'FingerprintFormatError';

  constructor(
    readonly code: 'SP_FINGERPRINT_VERSION' | 'SP_FINGERPRINT_CORRUPT',
    message: string,
  ) {
    super(message);
  }
}
