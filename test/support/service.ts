import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Access } from '../../src/access/access.js';
import type { Role, Scope } from '../../src/access/roles.js';
import { configFrom } from '../../src/config.js';
import { MediaPool } from '../../src/media/media-pool.js';
import type { MonitorEvent } from '../../src/monitor/events.js';
import { Service } from '../../src/roles/serve.js';
import { ApiContract } from './api-contract.js';
import type { Json } from './cli.js';

/** Who makes a request: `analyst` … of the tenant `default`, `OTHER:ROLE` of another, or nobody. */
export type Who = string | null;

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body, when it is JSON. */
  readonly json: Json;
}

export interface RequestOptions {
  readonly as?: Who;
  /** Sent as JSON. */
  readonly json?: unknown;
  readonly body?: string | Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface TestService {
  readonly url: string;
  readonly data: string;
  readonly service: Service;
  readonly events: readonly MonitorEvent[];
  /** What was told of trouble: failures that are no fault of a request are there, too. */
  readonly troubles: readonly string[];
  /** The key of a user of this role, made when it is first asked for: `analyst`, `studio:rights-holder`. */
  key(who: string, scopes?: readonly Scope[]): string;
  /** What `/openapi.json` says; each answer to `request` is held to it. */
  readonly contract: ApiContract;
  /** `request('GET', '/v1/catalogues', { as: 'analyst' })` @throws when the answer is not as the document says */
  request(method: string, route: string, options?: RequestOptions): Promise<Answer>;
  /** Ends it; its data directory goes, unless it was the caller's. */
  close(): Promise<void>;
}

export interface TestServiceOptions {
  /** A data directory of the caller's; else a temporary one. */
  readonly data?: string;
  readonly targets?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  readonly host?: string;
}

/** A real service in this process, with embedded engines, on a port that was free. */
export async function startService(options: TestServiceOptions = {}): Promise<TestService> {
  const folder = options.data ?? (await fs.mkdtemp(path.join(os.tmpdir(), 'streamprint-service-')));
  const events: MonitorEvent[] = [];
  const troubles: string[] = [];
  const pool = await MediaPool.start({ threads: 1 });
  const service = await Service.start(configFrom({ ...process.env, ...options.env }), pool, {
    data: folder,
    host: options.host ?? '127.0.0.1',
    port: 0,
    targets: options.targets ?? [],
    commitDelay: 1000,
    name: 'test',
    onEvent: (event) => events.push(event),
    onTrouble: (message) => troubles.push(message),
  }).catch(async (error: unknown) => {
    await pool.close();
    throw error;
  });
  const { url } = service.api;
  const access = await Access.open(folder);
  const contract = await ApiContract.of(url);
  const known = new Map<string, string>();

  const key = (who: string, scopes: readonly Scope[] = []): string => {
    const name = [who, ...scopes].join(' ');
    const text = known.get(name) ?? keyFor(access, who, scopes);
    known.set(name, text);
    return text;
  };

  const request = async (method: string, route: string, asked: RequestOptions = {}): Promise<Answer> => {
    const { as = null, json, body, headers } = asked;
    const response = await fetch(url + route, {
      method,
      redirect: 'manual',
      headers: {
        ...(as !== null && { authorization: `Bearer ${key(as)}` }),
        ...(json !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(json !== undefined && { body: JSON.stringify(json) }),
      ...(body !== undefined && { body }),
    });
    const text = await response.text();
    const isJson = /[/+]json\b/.test(response.headers.get('content-type') ?? '') && text !== '';
    const { status } = response;
    const content = isJson ? JSON.parse(text) : {};
    const type = (response.headers.get('content-type') ?? '').split(';')[0]!;
    const problem = contract.problemWith(method, route, { status, type, text, json: content });
    if (problem) throw new Error(problem);
    return { status, headers: response.headers, text, json: content };
  };

  const close = async () => {
    access.close();
    await service.close();
    await pool.close();
    if (options.data === undefined) await fs.rm(folder, { recursive: true, force: true });
  };
  return { url, data: folder, service, events, troubles, contract, key, request, close };
}

function keyFor(access: Access, who: string, scopes: readonly Scope[]): string {
  const [tenant, role] = who.includes(':') ? (who.split(':') as [string, Role]) : ['default', who as Role];
  if (!access.users.hasTenant(tenant)) access.users.createTenant(tenant, tenant);
  const isOverAll = role === 'administrator' || tenant === 'authority';
  const user =
    access.users.named(who) ??
    access.users.create({ name: who, tenant: isOverAll ? null : tenant, roles: [role] });
  return access.keys.create(user, { name: 'test', scopes, expiresAt: null }).text;
}
