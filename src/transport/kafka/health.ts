import { messageOf } from '../../domain/errors.js';

/** Whether the brokers answer, as those see it who ask them something. */
export class Health {
  #reason = '';
  restarts = 0;

  constructor(private readonly onTrouble: (message: string) => void) {}

  get state(): 'up' | 'down' {
    return this.#reason === '' ? 'up' : 'down';
  }

  get reason(): string {
    return this.#reason;
  }

  isUp(): void {
    this.#reason = '';
  }

  isDown(error: unknown): void {
    this.#reason = messageOf(error) || 'unknown';
    this.onTrouble(`Kafka: ${this.#reason}`);
  }
}
