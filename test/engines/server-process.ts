import { type ChildProcess, spawn } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import type { Engine } from './engine.js';

const PATIENCE_MS = 120_000;
const STOPS_WITHIN_MS = 30_000;

/** One server program that can be ended in every way and started again. */
export class ServerProcess {
  #child: ChildProcess | null = null;
  #gone: Promise<void> = Promise.resolve();

  /**
   * @param answers resolves when the server does its work, rejects while it does not
   */
  constructor(
    private readonly command: string,
    private readonly args: readonly string[],
    private readonly log: string,
    private readonly answers: () => Promise<void>,
  ) {}

  get pid(): number {
    if (!this.#child?.pid) throw new Error('The server is not running');
    return this.#child.pid;
  }

  async start(): Promise<void> {
    if (this.#child) throw new Error('The server is running already');
    const log = fs.openSync(this.log, 'a');
    const child = spawn(this.command, this.args, { stdio: ['ignore', log, log] });
    fs.closeSync(log);
    this.#child = child;
    const endWithUs = () => child.kill('SIGKILL');
    process.once('exit', endWithUs);
    this.#gone = new Promise((resolve) => {
      child.once('error', () => resolve());
      child.once('exit', () => resolve());
    });
    void this.#gone.then(() => {
      process.removeListener('exit', endWithUs);
      this.#child = null;
    });
    const deadline = Date.now() + PATIENCE_MS;
    for (;;) {
      if (this.#child === null || Date.now() > deadline) {
        await this.kill();
        const end = fs.readFileSync(this.log, 'utf8').slice(-3000);
        throw new Error(`The server did not come up; the end of its log:\n${end}`);
      }
      try {
        return await this.answers();
      } catch {
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    }
  }

  async stop(): Promise<void> {
    this.#child?.kill('SIGTERM');
    const timer = setTimeout(() => this.#child?.kill('SIGKILL'), STOPS_WITHIN_MS);
    await this.#gone;
    clearTimeout(timer);
  }

  async kill(): Promise<void> {
    this.#child?.kill('SIGKILL');
    await this.#gone;
  }
}

/** A running server as tests use it. */
export function engineOf(address: string, server: ServerProcess): Engine {
  return {
    address,
    get pid() {
      return server.pid;
    },
    stop: () => server.stop(),
    kill: () => server.kill(),
    restart: () => server.start(),
  };
}

/** Some ports of 127.0.0.1 that nobody listens on. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = net.createServer();
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as net.AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
