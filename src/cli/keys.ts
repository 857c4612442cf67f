import type { Command } from 'commander';
import type { Access } from '../access/access.js';
import type { AuditNote } from '../access/audit.js';
import { DEFAULT_TENANT, type Key, ROLES, type Role, SCOPES, type Scope } from '../access/roles.js';
import { StreamprintError } from '../domain/errors.js';
import { withAccess } from './access.js';
import { print, printJson, table, tell } from './output.js';
import { time } from './values.js';

interface Options {
  readonly data: string;
  readonly json?: boolean;
  readonly user: string;
  readonly role?: Role[];
  readonly scope?: Scope[];
  readonly tenant?: string;
  readonly name?: string;
  readonly expires?: number;
}

/** The actor of what is done by commands, in the audit log. */
const ACTOR = 'command line';

export function keysCommand(program: Command): void {
  const keys = program.command('keys').description('API keys, beside a running service or without one');
  keys
    .command('create')
    .description('a key for a user, who is made where there is none of that name; it is shown this once')
    .argument('<user>', 'name of the user')
    .option('--role <role...>', `what a new user is: ${ROLES.join(', ')}`)
    .option(
      '--tenant <id>',
      `whose a new user is, made where it is missing; else ${DEFAULT_TENANT}, or none for those over all`,
    )
    .option('--scope <scope...>', `what the key may do, of what its user may: ${SCOPES.join(', ')}`)
    .option('--name <text>', 'what the key is for', 'command line')
    .option('--expires <time>', 'until when it is taken, ISO 8601', time)
    .option('--json', 'as a JSON object')
    .action((user: string, _: unknown, command: Command) =>
      withAccess<Options>(command, (access, options) => create(access, user, options)),
    );
  keys
    .command('list')
    .description('users and their keys, without the secrets')
    .option('--json', 'one JSON object a key')
    .action((_: unknown, command: Command) => withAccess(command, list));
  keys
    .command('revoke')
    .description('takes keys no more, from now on')
    .argument('<id...>', 'ids of keys: the part between sp_ and the second _')
    .option('--json', 'one JSON object a key')
    .action((ids: string[], _: unknown, command: Command) =>
      withAccess<Options>(command, (access, options) => revoke(access, ids, options)),
    );
}

function create(access: Access, userName: string, options: Options): void {
  const user = access.users.named(userName) ?? createUser(access, userName, options);
  const { name = 'command line', expires = null, scope = [], json } = options;
  for (const one of scope) mustBeOneOf(SCOPES, one, 'scope');
  const keys = `/v1/users/${user.id}/keys`;
  const note = { action: 'key.create', target: keys, detail: { user: user.name } };
  const { key, text } = audited(
    access,
    note,
    () => access.keys.create(user, { name, scopes: scope, expiresAt: expires }),
    (made) => `${keys}/${made.key.id}`,
  );
  if (json) printJson({ id: key.id, user: user.name, roles: user.roles, key: text });
  else {
    tell(`A key for ${user.name} (${user.roles.join(', ')}), shown this once:`);
    print(text);
  }
}

function createUser(access: Access, name: string, { role: roles = [], tenant }: Options) {
  if (roles.length === 0)
    throw new StreamprintError('SP_USAGE', `There is no user ${name}: say with --role what a new one is.`);
  for (const role of roles) mustBeOneOf(ROLES, role, 'role');
  const isOverAll = roles.includes('administrator');
  const owner = tenant ?? (isOverAll ? null : DEFAULT_TENANT);
  if (owner !== null && !access.users.hasTenant(owner)) access.users.createTenant(owner, owner);
  const fields = { name, tenant: owner, roles };
  return audited(
    access,
    { action: 'user.create', target: '/v1/users', detail: fields },
    () => access.users.create(fields),
    ({ id }) => `/v1/users/${id}`,
  );
}

/**
 * Changes something between the two notes that the audit log takes of it.
 * @param targetOf what it was done to, as known afterwards
 */
function audited<T>(
  { audit }: Access,
  given: Omit<AuditNote, 'actor'>,
  change: () => T,
  targetOf: (changed: T) => string,
): T {
  const note = { ...given, actor: ACTOR };
  const begun = audit.begin(note);
  let changed: T;
  try {
    changed = change();
  } catch (error) {
    audit.drop(begun);
    throw error;
  }
  audit.end(begun, { ...note, target: targetOf(changed) });
  return changed;
}

function mustBeOneOf(known: readonly string[], value: string, what: string): void {
  if (known.includes(value)) return;
  throw new StreamprintError('SP_USAGE', `${value} is no ${what}: it must be one of ${known.join(', ')}.`);
}

interface Line extends Key {
  readonly user: string;
}

function list(access: Access, { json }: Options): void {
  const lines: Line[] = access.users
    .list('', Number.MAX_SAFE_INTEGER)
    .flatMap((user) => access.keys.ofUser(user.id).map((key) => ({ ...key, user: user.name })));
  if (json) {
    for (const line of lines) printJson({ ...line, ...timesOf(line), state: stateOf(line) });
    return;
  }
  const rows = lines.map((line) => [
    ...[line.id, line.user, line.name, line.scopes.join(' ') || 'all'],
    ...[stateOf(line), timesOf(line).lastUsedAt ?? 'never'],
  ]);
  print(table(['id', 'user', 'for', 'scopes', 'state', 'last used'], rows));
}

function timesOf({ createdAt, expiresAt, revokedAt, lastUsedAt, previousUntil }: Key) {
  const shown = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString());
  return {
    createdAt: shown(createdAt),
    expiresAt: shown(expiresAt),
    revokedAt: shown(revokedAt),
    lastUsedAt: shown(lastUsedAt),
    previousUntil: shown(previousUntil),
  };
}

function stateOf({ revokedAt, expiresAt }: Key): 'revoked' | 'expired' | 'taken' {
  if (revokedAt !== null) return 'revoked';
  return expiresAt !== null && expiresAt <= Date.now() ? 'expired' : 'taken';
}

function revoke(access: Access, ids: readonly string[], { json }: Options): void {
  for (const id of ids) {
    const key = audited(
      access,
      { action: 'key.revoke', target: id, detail: {} },
      () => access.keys.revoke(id),
      ({ userId }) => `/v1/users/${userId}/keys/${id}`,
    );
    if (json) printJson({ id, revokedAt: timesOf(key).revokedAt });
    else print(`revoked ${id} (${key.name})`);
  }
}
