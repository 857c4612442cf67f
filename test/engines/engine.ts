/** A real server that runs beside the tests: how to have it, and what can be done to it. */
export interface EngineKind {
  /** As people call it: `Kafka`. */
  readonly name: string;
  /** What keeps it from running on this machine, as one sentence that says what to do; null = nothing. */
  missing(): Promise<string | null>;
  /**
   * Starts one on free ports of 127.0.0.1 and resolves when it answers.
   * @param directory an existing folder for its data and its log, the caller's to delete
   * @throws Error with the end of its log when it does not come up
   */
  start(directory: string): Promise<Engine>;
}

export interface Engine {
  /** `127.0.0.1:PORT`, the same after each restart. */
  readonly address: string;
  readonly pid: number;
  /** Asks it to end and waits until it has; ends it the hard way after 30 s. */
  stop(): Promise<void>;
  /** `kill -9`; resolves when the process is gone. */
  kill(): Promise<void>;
  /** Starts it again, with the same data and address; resolves when it answers. Only when it is not running. */
  restart(): Promise<void>;
}
