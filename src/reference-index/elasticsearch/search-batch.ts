import type { ElasticClient } from './client.js';

interface Waiting {
  readonly body: object;
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** Searches of one index that are asked for at the same time, in one round trip: the server works on them side by side. */
export class SearchBatch {
  private waiting: Waiting[] = [];

  constructor(
    private readonly client: ElasticClient,
    private readonly index: string,
  ) {}

  /** Goes with whatever else is asked for before this turn of the event loop is over, and fails with it. */
  search<T>(body: object): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.waiting.length === 0) process.nextTick(() => void this.send());
      this.waiting.push({ body, resolve: resolve as Waiting['resolve'], reject });
    });
  }

  private async send(): Promise<void> {
    const asked = this.waiting;
    this.waiting = [];
    try {
      const answers = await this.client.searches(
        this.index,
        asked.map(({ body }) => body),
      );
      asked.forEach(({ resolve }, i) => {
        resolve(answers[i]);
      });
    } catch (error) {
      for (const { reject } of asked) reject(error);
    }
  }
}
