import { checkPublicUrl, type InternalCheck } from '../capture/index.js';
import { messageOf, StreamprintError } from '../domain/errors.js';
import { unusable } from './problem.js';

/** 422 for an address in the field `url` that leads into this network, as far as that can be seen without asking. */
export function refuseInternal(url: string, isInternal: InternalCheck): void {
  try {
    checkPublicUrl(url, isInternal);
  } catch (error) {
    if (!(error instanceof StreamprintError)) throw error;
    throw unusable('/url', messageOf(error));
  }
}
