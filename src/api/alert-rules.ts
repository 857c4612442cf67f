import type { FastifyRequest } from 'fastify';
import Type, { type Static } from 'typebox';
import { CHANGES, type Rule, type RuleContent } from '../alerts/rule.js';
import type { Rules } from '../alerts/rules.js';
import { messageOf } from '../domain/errors.js';
import type { CatalogueOwners } from '../rights/catalogue-owners.js';
import { principalOf } from './authenticate.js';
import { isKnown, mustMatch, staleError, tagOf } from './etag.js';
import { type Cursors, PAGE, pageOf } from './paging.js';
import { notFound, unusable } from './problem.js';
import { exactly, Name, orNull, type Resource, Text, Time, timeOf } from './route.js';
import { seesCatalogue, tenantSeenBy } from './tenancy.js';

export interface AlertRulesOptions {
  readonly rules: Rules;
  readonly owners: CatalogueOwners;
  readonly cursors: Cursors;
  /** @throws what is wrong with an address that alerts are to be posted to */
  readonly checkReceiver: (url: string) => void;
}

const content = {
  name: Text(200, 'For people'),
  enabled: Type.Boolean({ description: 'false = nothing is told, and what waits goes on waiting' }),
  catalogue: orNull(Type.String({ minLength: 1, maxLength: 200, description: 'null = any' })),
  assetId: orNull(Type.String({ minLength: 1, maxLength: 500, description: 'null = any' })),
  minScore: Type.Number({ minimum: 0, maximum: 1 }),
  changes: Type.Array(Type.Enum([...CHANGES]), {
    minItems: 1,
    maxItems: CHANGES.length,
    uniqueItems: true,
    description: 'What is told; opened = as soon as a detection passes the rule',
  }),
  window: orNull(
    Type.Object(
      { from: Time, to: Time },
      { additionalProperties: false, description: 'Only of what lies in that time in part; null = always' },
    ),
  ),
  webhook: orNull(
    Type.Object(
      { url: Type.String({ minLength: 1, maxLength: 2000, pattern: '^https?://\\S+$' }) },
      { additionalProperties: false, description: 'Where it is posted to, signed' },
    ),
  ),
  bus: Type.Boolean({ description: 'Whether it goes to the topic `streamprint.alerts`' }),
};

const RuleShown = Type.Object(
  {
    id: Type.String(),
    tenant: orNull(Type.String({ description: 'Whose detections it is about; null = of all' })),
    ...content,
    createdAt: Time,
    updatedAt: Time,
  },
  { $id: 'AlertRule' },
);
const Changes = Type.Partial(Type.Object(content), { additionalProperties: false, minProperties: 1 });
type Stated = Static<typeof Changes>;

const DEFAULTS: Omit<RuleContent, 'name'> = {
  enabled: true,
  catalogue: null,
  assetId: null,
  minScore: 0,
  changes: ['opened', 'closed'],
  window: null,
  webhook: null,
  bus: false,
};

const tags = ['Alerts'];
const roles = ['rights-holder', 'analyst', 'administrator'] as const;
const params = exactly({ id: Name('Of the rule') });

/** Rules: who is told of what. */
export const alertRuleRoutes: Resource<AlertRulesOptions> = async (
  server,
  { rules, owners, cursors, checkReceiver },
) => {
  const list = cursors.of('alert-rules', Type.Object({ id: Type.String() }));

  const seen = (request: FastifyRequest, id: string): Rule => {
    const rule = rules.get(id);
    const tenant = tenantSeenBy(principalOf(request));
    if (!rule || (tenant !== null && rule.tenant !== tenant)) throw notFound(`rule ${id}`);
    return rule;
  };

  const contentOf = (request: FastifyRequest, before: RuleContent, stated: Stated): RuleContent => {
    const { window: statedWindow, ...rest } = stated;
    const window = statedWindow === undefined ? before.window : windowOf(statedWindow);
    const merged = { ...before, ...rest, window };
    if (merged.catalogue !== null && !seesCatalogue(request, owners, merged.catalogue))
      throw unusable('/catalogue', `There is no catalogue ${merged.catalogue}.`);
    if (stated.webhook)
      try {
        checkReceiver(stated.webhook.url);
      } catch (error) {
        throw unusable('/webhook/url', messageOf(error));
      }
    return merged;
  };

  server.get(
    '/v1/alerts/rules',
    {
      config: { roles },
      schema: {
        tags,
        operationId: 'listAlertRules',
        summary: 'Rules of alerts',
        querystring: exactly(PAGE),
        response: { 200: pageOf(RuleShown) },
      },
    },
    async (request) => {
      const { limit, cursor } = request.query;
      const tenant = tenantSeenBy(principalOf(request));
      const own = rules.all.filter((rule) => tenant === null || rule.tenant === tenant);
      const after = list.read(cursor)?.id;
      const from = after === undefined ? 0 : own.findIndex(({ id }) => id === after) + 1;
      return list.page(own.slice(from, from + limit + 1).map(shown), limit, ({ id }) => ({ id }));
    },
  );

  server.post(
    '/v1/alerts/rules',
    {
      config: { roles, audit: 'alert-rule.create', creates: true },
      schema: {
        tags,
        operationId: 'createAlertRule',
        summary: 'A new rule: all but its name may be left out',
        body: Type.Object(
          { ...Type.Partial(Type.Object(content)).properties, name: content.name },
          { additionalProperties: false },
        ),
        response: { 201: RuleShown },
      },
    },
    async (request, reply) => {
      const { name, ...stated } = request.body;
      const made = contentOf(request, { ...DEFAULTS, name }, stated);
      const { rule } = rules.create(tenantSeenBy(principalOf(request)), made);
      reply.header('location', `/v1/alerts/rules/${rule.id}`).header('etag', tagOf(rule.version));
      return reply.code(201).send(shown(rule));
    },
  );

  server.get(
    '/v1/alerts/rules/:id',
    {
      config: { roles },
      schema: {
        tags,
        operationId: 'getAlertRule',
        summary: 'A rule',
        params,
        response: { 200: RuleShown, 304: Type.Null({ description: 'It is still that version' }) },
      },
    },
    async (request, reply) => {
      const rule = seen(request, request.params.id);
      if (isKnown(request, reply, tagOf(rule.version))) return reply.code(304).send(null);
      return reply.send(shown(rule));
    },
  );

  server.patch(
    '/v1/alerts/rules/:id',
    {
      config: { roles, audit: 'alert-rule.update', ifMatch: true },
      schema: {
        tags,
        operationId: 'updateAlertRule',
        summary: 'Change a rule',
        params,
        body: Changes,
        response: { 200: RuleShown },
      },
    },
    async (request, reply) => {
      const { id, version, ...rule } = seen(request, request.params.id);
      mustMatch(request, tagOf(version));
      const { tenant: _, createdAt: __, updatedAt: ___, ...before } = rule;
      const changed = rules.update(id, version, contentOf(request, before, request.body));
      if (!changed) throw staleError(tagOf(version + 1));
      reply.header('etag', tagOf(changed.version));
      return shown(changed);
    },
  );

  server.delete(
    '/v1/alerts/rules/:id',
    {
      config: { roles, audit: 'alert-rule.delete', ifMatch: true },
      schema: {
        tags,
        operationId: 'deleteAlertRule',
        summary: 'Remove a rule; what waits of it is not delivered any more',
        params,
        response: { 204: Type.Null({ description: 'Removed' }) },
      },
    },
    async (request, reply) => {
      const { id, version } = seen(request, request.params.id);
      mustMatch(request, tagOf(version));
      if (!rules.remove(id, version)) throw staleError(tagOf(version + 1));
      return reply.code(204).send(null);
    },
  );

  server.post(
    '/v1/alerts/rules/:id/secret',
    {
      config: { roles, audit: 'alert-rule.secret' },
      schema: {
        tags,
        operationId: 'renewAlertSecret',
        summary: 'A new secret that its webhooks are signed with from now on; the one time that it is shown',
        params,
        response: { 200: Type.Object({ secret: Type.String() }, { $id: 'AlertSecret' }) },
      },
    },
    async (request, reply) => {
      const { id } = seen(request, request.params.id);
      const secret = rules.renewSecret(id);
      if (secret === null) throw notFound(`rule ${id}`);
      reply.header('cache-control', 'no-store');
      return { secret };
    },
  );
};

function windowOf(stated: { readonly from: string; readonly to: string } | null): RuleContent['window'] {
  if (stated === null) return null;
  const window = { from: Date.parse(stated.from), to: Date.parse(stated.to) };
  if (!(window.from < window.to)) throw unusable('/window/to', 'window.to must lie after window.from.');
  return window;
}

function shown({ version: _, window, createdAt, updatedAt, changes, ...rule }: Rule) {
  return {
    ...rule,
    changes: [...changes],
    window: window && { from: timeOf(window.from), to: timeOf(window.to) },
    createdAt: timeOf(createdAt),
    updatedAt: timeOf(updatedAt),
  };
}
