import { signal } from '@preact/signals';
import { whoAmI } from '../api/calls.js';
import { ApiError, whenSignedOut } from '../api/client.js';
import type { Role, Session } from '../api/types.js';

/** Who is signed in; null = nobody, undefined = not asked yet. */
export const session = signal<Session | null | undefined>(undefined);
/** Why nobody could be asked. */
export const sessionError = signal<ApiError | null>(null);

export async function startSession(): Promise<void> {
  whenSignedOut(() => {
    session.value = null;
  });
  try {
    session.value = await whoAmI();
    sessionError.value = null;
  } catch (error) {
    const problem = ApiError.from(error);
    if (problem.status === 401) session.value = null;
    else sessionError.value = problem;
  }
}

/** Whether whoever is signed in may change what is for one of these roles. */
export const mayChange = (...roles: readonly Role[]) => hasRole(...roles) && !session.value?.readOnly;

/** Whether whoever is signed in has one of these roles. */
export const hasRole = (...roles: readonly Role[]) =>
  session.value?.user.roles.some((role) => role === 'administrator' || roles.includes(role)) ?? false;
