import Type from 'typebox';
import { DELIVERY_STATES, type Deliveries, type Delivery } from '../alerts/deliveries.js';
import { CHANGES } from '../alerts/rule.js';
import { principalOf } from './authenticate.js';
import { type Cursors, PAGE, pageOf } from './paging.js';
import { notFound } from './problem.js';
import { exactly, Name, orNull, type Resource, Time, timeOf, timeOrNull } from './route.js';
import { tenantSeenBy } from './tenancy.js';

export interface AlertDeliveriesOptions {
  readonly deliveries: Deliveries;
  readonly cursors: Cursors;
  /** Called when there is something to deliver. */
  readonly onReplay: () => void;
}

const DeliveryShown = Type.Object(
  {
    id: Type.String({ description: 'Also that of the alert: the same whenever it is sent' }),
    ruleId: Type.String(),
    channel: Type.Enum(['webhook', 'bus', 'events']),
    detectionId: Type.String(),
    streamId: Type.String(),
    change: Type.Enum([...CHANGES]),
    at: Time,
    state: Type.Enum([...DELIVERY_STATES]),
    attempts: Type.Integer(),
    nextAttemptAt: orNull({ ...Time, description: 'At the earliest; null = there is none' }),
    endedAt: orNull(Time),
    status: orNull(Type.Integer({ description: 'HTTP status of the last answer; null = there was none' })),
    error: Type.String({ description: 'Why the last try failed; empty = it did not' }),
  },
  { $id: 'AlertDelivery' },
);

const tags = ['Alerts'];
const roles = ['rights-holder', 'analyst', 'administrator'] as const;

/** What was delivered of alerts, what waits, and what could not be delivered. */
export const alertDeliveryRoutes: Resource<AlertDeliveriesOptions> = async (
  server,
  { deliveries, cursors, onReplay },
) => {
  const list = cursors.of('alert-deliveries', Type.Object({ number: Type.Integer() }));

  server.get(
    '/v1/alerts/deliveries',
    {
      config: { roles },
      schema: {
        tags,
        operationId: 'listAlertDeliveries',
        summary: 'Deliveries, the latest first',
        querystring: exactly({
          ...PAGE,
          rule: Type.Optional(Type.String({ maxLength: 200 })),
          detection: Type.Optional(Type.String({ maxLength: 200 })),
          state: Type.Optional(Type.Enum([...DELIVERY_STATES])),
        }),
        response: { 200: pageOf(DeliveryShown) },
      },
    },
    async (request) => {
      const { limit, cursor, rule, detection, state } = request.query;
      const before = list.read(cursor)?.number;
      const found = deliveries.find({
        tenant: tenantSeenBy(principalOf(request)),
        limit: limit + 1,
        ...(rule !== undefined && { ruleId: rule }),
        ...(detection !== undefined && { detectionId: detection }),
        ...(state !== undefined && { state }),
        ...(before !== undefined && { before }),
      });
      const page = list.page(found, limit, ({ number }) => ({ number }));
      return { items: page.items.map(shown), next: page.next };
    },
  );

  server.post(
    '/v1/alerts/deliveries/:id/replay',
    {
      config: { roles, audit: 'alert-delivery.replay' },
      schema: {
        tags,
        operationId: 'replayAlertDelivery',
        summary: 'Deliver again, under the same id',
        params: exactly({ id: Name('Of the delivery') }),
        response: { 202: DeliveryShown },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const tenant = tenantSeenBy(principalOf(request));
      const known = deliveries.get(id);
      if (!known || (tenant !== null && known.tenant !== tenant)) throw notFound(`delivery ${id}`);
      const waiting = deliveries.replay(id, Date.now());
      onReplay();
      return reply.code(202).send(shown(waiting ?? known));
    },
  );
};

function shown(delivery: Delivery) {
  const { id, ruleId, channel, detectionId, streamId, change, at, state } = delivery;
  const { attempts, due, endedAt, status, error } = delivery;
  return {
    ...{ id, ruleId, channel, detectionId, streamId, change, at: timeOf(at), state, attempts },
    nextAttemptAt: state === 'waiting' ? timeOf(due) : null,
    ...{ endedAt: timeOrNull(endedAt), status, error },
  };
}
