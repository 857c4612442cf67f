import type { FastifyRequest } from 'fastify';

const NAME = 'streamprint_session';

/** What the browser has of its session; null = it is not signed in. */
export function sessionTokenOf(request: FastifyRequest): string | null {
  for (const part of (request.headers.cookie ?? '').split(';')) {
    const [name = '', value = ''] = part.split('=', 2);
    if (name.trim() === NAME) return value.trim();
  }
  return null;
}

/** Scripts do not see it, and other sites cannot make the browser send it. @param seconds 0 = forget it */
export function sessionCookie(request: FastifyRequest, token: string, seconds: number): string {
  const isSecure = request.protocol === 'https' || request.headers['x-forwarded-proto'] === 'https';
  const rest = `HttpOnly; SameSite=Strict; Path=/; Max-Age=${seconds}${isSecure ? '; Secure' : ''}`;
  return `${NAME}=${token}; ${rest}`;
}
