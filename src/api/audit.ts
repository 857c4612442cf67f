import Type from 'typebox';
import type { Access } from '../access/access.js';
import { type Cursors, PAGE, pageOf } from './paging.js';
import { exactly, type Resource, Text, Time } from './route.js';

export interface AuditOptions {
  readonly access: Access;
  readonly cursors: Cursors;
}

const Hash = Type.String({ pattern: '^[0-9a-f]{64}$' });
const Entry = Type.Object(
  {
    seq: Type.Integer({ minimum: 1, description: 'From 1, without gaps' }),
    time: Time,
    actor: Type.String({ description: 'Name of the user, as it was' }),
    action: Type.String(),
    target: Type.String(),
    detail: Type.Record(Type.String(), Type.Unknown()),
    prevHash: Hash,
    hash: Type.String({
      pattern: '^[0-9a-f]{64}$',
      description: 'SHA-256 of the entry without this field, as JSON with the names in order and no spaces',
    }),
  },
  { $id: 'AuditEntry' },
);

/** Who changed what, and who looked at evidence. */
export const auditRoutes: Resource<AuditOptions> = async (server, { access, cursors }) => {
  const list = cursors.of('audit', Type.Object({ seq: Type.Integer() }));
  server.get(
    '/v1/audit',
    {
      config: { roles: ['administrator'] },
      schema: {
        tags: ['Audit'],
        operationId: 'listAudit',
        summary: 'Changes and reads of evidence, the newest first',
        querystring: exactly({
          ...PAGE,
          actor: Type.Optional(Text(100, 'By this user only')),
          action: Type.Optional(Text(100, 'This action only: `asset.update`')),
        }),
        response: { 200: pageOf(Entry) },
      },
    },
    async (request) => {
      const { limit, cursor, actor, action } = request.query;
      const found = access.audit.list({ actor, action, before: list.read(cursor)?.seq }, limit + 1);
      return list.page(found, limit, ({ seq }) => ({ seq }));
    },
  );
};
