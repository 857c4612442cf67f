import type { FastifyRequest } from 'fastify';
import Type from 'typebox';
import type { Access } from '../access/access.js';
import { hasRole } from '../access/roles.js';
import type { RegisteredProbe, RegisteredProbes } from '../service/registered-probes.js';
import { type KnownState, noStates } from '../service/stream-line.js';
import { principalOf } from './authenticate.js';
import { isKnown, mustMatch, staleError, tagOf } from './etag.js';
import { notFound, ProblemError, unusable } from './problem.js';
import { exactly, orNull, type Resource, Text, Time, timeOf, timeOrNull } from './route.js';
import type { StreamsOptions } from './streams.js';

export interface ProbesOptions {
  readonly access: Access;
  readonly probes: RegisteredProbes;
  readonly board: StreamsOptions['board'];
}

const MAX_CHANNELS = 5_000;
/** A probe that was not heard of for longer is away, ms. */
const AWAY_MS = 45_000;

const ProbeName = Type.String({
  pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$',
  description: 'Letters, digits, `.`, `_` and `-`; as `streamprint probe --name`',
});
const count = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });

const Heartbeat = exactly({
  version: Text(100, 'Of the program'),
  mode: Type.Enum(['central', 'edge']),
  startedAt: Time,
  streams: exactly({ live: count, stalled: count, gone: count }),
  buffer: exactly({ messages: count, bytes: count, dropped: count }),
  sent: count,
  clockOffset: orNull(Type.Number({ description: "Its clock less the service's, ms; null = not known" })),
  errors: Type.Array(Type.String({ maxLength: 1000 }), {
    maxItems: 20,
    description: 'Targets that do not work, one sentence each',
  }),
});

const Channel = Type.Object(
  {
    id: orNull(
      Type.String({
        pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,179}$',
        description: 'Of the stream; null = made of its name',
      }),
    ),
    name: Text(500, 'As people call it'),
    url: Type.String({
      maxLength: 4000,
      pattern: '^(https?|udp|rtp|rtmps?|rtsps?|srt)://[^\\s|]+$',
      description: 'Where it is watched',
    }),
    userAgent: orNull(Text(500, 'That the channel is asked with')),
    referer: orNull(Text(2000, 'That the channel is asked with')),
  },
  { $id: 'Channel', additionalProperties: false },
);

const Probe = Type.Object(
  {
    name: Type.String(),
    registered: Type.Boolean({ description: 'false = it is only heard of over the bus' }),
    state: Type.Enum(['up', 'away', 'unknown'], { description: 'unknown: it says nothing to the service' }),
    createdAt: orNull(Time),
    heartbeatAt: orNull(Time),
    heartbeat: orNull(Heartbeat),
    channels: orNull(Type.Integer({ description: 'In its list here; null = it has none here' })),
    streams: Type.Object(
      { live: count, stalled: count, gone: count, unknown: count },
      { description: 'Of those that were heard of over the bus' },
    ),
  },
  { $id: 'Probe' },
);

const tags = ['Probes'];
const params = exactly({ name: ProbeName });
const watching = ['analyst', 'administrator'] as const;

/** Probes: who captures, how they are, and what they are to capture. */
export const probeRoutes: Resource<ProbesOptions> = async (server, { access, probes, board }) => {
  /** Administrators see to all, a probe to itself. @throws 404 */
  const seen = (request: FastifyRequest, name: string): RegisteredProbe => {
    const principal = principalOf(request);
    const probe = probes.get(name);
    const isOwn = probe !== null && principal.user.id === probe.userId;
    const seesAll = hasRole(principal, 'administrator') || hasRole(principal, 'analyst');
    if (!probe || !(isOwn || seesAll)) throw notFound(`probe ${name}`);
    return probe;
  };

  server.get(
    '/v1/probes',
    {
      config: { roles: watching },
      schema: {
        tags,
        operationId: 'listProbes',
        summary: 'Probes, all of them, and how they are',
        response: { 200: Type.Object({ items: Type.Array(Probe), next: Type.Null() }) },
      },
    },
    async () => {
      const registered = new Map(probes.all.map((probe) => [probe.name, probe]));
      const streams = board.states;
      const names = [...new Set([...registered.keys(), ...streams.keys()])].sort();
      const items = names.map((name) => shown(name, registered.get(name) ?? null, streams.get(name)));
      return { items, next: null };
    },
  );

  server.post(
    '/v1/probes',
    {
      config: { roles: ['administrator'], audit: 'probe.create' },
      schema: {
        tags,
        operationId: 'registerProbe',
        summary: 'Register a probe; the answer is the one time that its key is shown',
        body: exactly({ name: ProbeName }),
        response: { 201: Type.Object({ ...Probe.properties, key: Type.String() }, { $id: 'NewProbe' }) },
      },
    },
    async (request, reply) => {
      const { name } = request.body;
      if (probes.get(name)) throw new ProblemError('conflict', `There is a probe ${name} already.`);
      const known = access.users.named(userName(name));
      const user = known ?? access.users.create({ name: userName(name), tenant: null, roles: ['probe'] });
      const probe = probes.create(name, user.id);
      const { text } = access.keys.create(user, { name: 'probe', scopes: ['probe'], expiresAt: null });
      reply.header('location', `/v1/probes/${name}`).header('cache-control', 'no-store');
      return reply.code(201).send({ ...shown(name, probe, undefined), key: text });
    },
  );

  server.get(
    '/v1/probes/:name',
    {
      config: { roles: ['probe', ...watching] },
      schema: {
        tags,
        operationId: 'getProbe',
        summary: 'A probe that is registered',
        params,
        response: { 200: Probe },
      },
    },
    async (request, reply) => {
      const probe = seen(request, request.params.name);
      reply.header('etag', tagOf(probe.version));
      return shown(probe.name, probe, board.states.get(probe.name));
    },
  );

  server.delete(
    '/v1/probes/:name',
    {
      config: { roles: ['administrator'], audit: 'probe.delete', ifMatch: true },
      schema: {
        tags,
        operationId: 'removeProbe',
        summary: 'Remove a probe; its keys are taken no more',
        params,
        response: { 204: Type.Null({ description: 'Removed' }) },
      },
    },
    async (request, reply) => {
      const { name, version, userId } = seen(request, request.params.name);
      mustMatch(request, tagOf(version));
      probes.remove(name);
      const user = access.users.get(userId);
      if (user) access.users.remove(user.id, user.version);
      return reply.code(204).send(null);
    },
  );

  server.post(
    '/v1/probes/:name/heartbeat',
    {
      config: { roles: ['probe'] },
      schema: {
        tags,
        operationId: 'beat',
        summary: 'A probe says how it is',
        params,
        body: Heartbeat,
        response: {
          200: Type.Object({
            time: { ...Time, description: "By the service's clock" },
            channels: Type.String({ description: 'ETag of its channel list' }),
          }),
        },
      },
    },
    async (request) => {
      const { name, version, userId } = seen(request, request.params.name);
      if (principalOf(request).user.id !== userId) throw notFound(`probe ${name} of this key`);
      probes.beat(name, request.body);
      return { time: timeOf(Date.now()), channels: tagOf(version) };
    },
  );

  server.get(
    '/v1/probes/:name/channels',
    {
      config: { roles: ['probe', ...watching] },
      schema: {
        tags,
        operationId: 'getProbeChannels',
        summary: 'What a probe is to capture',
        params,
        response: {
          200: Type.Object({ items: Type.Array(Channel), next: Type.Null() }),
          304: Type.Null({ description: 'It is still that list' }),
        },
      },
    },
    async (request, reply) => {
      const { version, channels } = seen(request, request.params.name);
      if (isKnown(request, reply, tagOf(version))) return reply.code(304).send(null);
      return reply.send({ items: channels.map((channel) => ({ ...channel })), next: null });
    },
  );

  server.put(
    '/v1/probes/:name/channels',
    {
      config: { roles: ['administrator'], audit: 'probe.channels', ifMatch: true },
      schema: {
        tags,
        operationId: 'setProbeChannels',
        summary: 'Set what a probe is to capture; it begins within some seconds',
        params,
        body: exactly({ items: Type.Array(Channel, { maxItems: MAX_CHANNELS }) }),
        response: { 200: Type.Object({ items: Type.Array(Channel), next: Type.Null() }) },
      },
    },
    async (request, reply) => {
      const { name, version } = seen(request, request.params.name);
      mustMatch(request, tagOf(version));
      const { items } = request.body;
      const ids = items.flatMap(({ id }) => id ?? []);
      const twice = items.findIndex(
        ({ id }, i) => id !== null && items.findIndex((one) => one.id === id) < i,
      );
      if (new Set(ids).size < ids.length)
        throw unusable(`/items/${twice}/id`, `There are two channels with the id ${items[twice]?.id}.`);
      const changed = probes.setChannels(name, version, items);
      if (!changed) throw staleError(tagOf(version + 1));
      reply.header('etag', tagOf(changed.version));
      return { items: changed.channels.map((channel) => ({ ...channel })), next: null };
    },
  );
};

const userName = (probe: string): string => `probe ${probe}`.slice(0, 100);

function shown(
  name: string,
  probe: RegisteredProbe | null,
  streams: Readonly<Record<KnownState, number>> | undefined,
) {
  const heartbeatAt = probe?.heartbeatAt ?? null;
  const isUp = heartbeatAt !== null && heartbeatAt > Date.now() - AWAY_MS;
  return {
    name,
    registered: probe !== null,
    state: heartbeatAt === null ? ('unknown' as const) : isUp ? ('up' as const) : ('away' as const),
    createdAt: timeOrNull(probe?.createdAt ?? null),
    heartbeatAt: timeOrNull(heartbeatAt),
    heartbeat: probe?.heartbeat ?? null,
    channels: probe ? probe.channels.length : null,
    streams: streams ?? noStates(),
  };
}
