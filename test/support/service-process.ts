import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { Access } from '../../src/access/access.js';
import type { Role } from '../../src/access/roles.js';
import { until } from '../transport/support.js';
import { type Json, start } from './cli.js';

/** The real `serve` as a process of its own, which can be killed. */
export interface ServiceProcess {
  readonly url: string;
  readonly port: number;
  readonly child: ChildProcess;
  /** `kill -9`; resolves when it is gone. */
  kill(): Promise<void>;
  /** Asks it to end; resolves to what it wrote to stderr. */
  stop(): Promise<{ readonly code: number | null; readonly errors: string }>;
}

export async function startServiceProcess(
  data: string,
  args: readonly string[] = [],
  env: NodeJS.ProcessEnv = {},
): Promise<ServiceProcess> {
  const child = start(['serve', ...args, '--port', '0', '--json', '--data', data], env);
  const ended = once(child, 'close');
  let errors = '';
  let text = '';
  child.stderr!.setEncoding('utf8').on('data', (chunk: string) => {
    errors += chunk;
  });
  child.stdout!.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  const lines = () =>
    text
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Json);
  const serving = await until(
    () => lines().find(({ type }) => type === 'serving') ?? child.exitCode,
    (said) => said !== null,
    120_000,
  );
  if (typeof serving === 'number') throw new Error(`serve ended with code ${serving}: ${errors}`);
  const { url } = serving as Json as { url: string };
  const kill = async () => {
    child.kill('SIGKILL');
    await ended;
  };
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
    return { code: child.exitCode, errors };
  };
  return { url, port: Number(new URL(url).port), child, kill, stop };
}

/** A key of a new user, made beside the service. */
export async function makeKey(data: string, tenant: string, role: Role): Promise<string> {
  const access = await Access.open(data);
  try {
    if (!access.users.hasTenant(tenant)) access.users.createTenant(tenant, tenant);
    const isOverAll = role === 'administrator';
    const user = access.users.create({
      name: `${tenant}-${role}`,
      tenant: isOverAll ? null : tenant,
      roles: [role],
    });
    return access.keys.create(user, { name: 'test', scopes: [], expiresAt: null }).text;
  } finally {
    access.close();
  }
}
