import { type Metric, measured } from './prometheus.js';

/** What a process shows that follows the catalogue by the bus. */
export function catalogueMeasures(follower: {
  readonly references: number;
  readonly passedOver: number;
}): Metric[] {
  const gauge = (name: string, help: string, value: () => number) =>
    measured('gauge', `streamprint_catalogue_${name}`, help, value);
  return [
    gauge('references', 'That were followed over the bus', () => follower.references),
    gauge('passed_over', 'References on the bus that could not be used', () => follower.passedOver),
  ];
}
