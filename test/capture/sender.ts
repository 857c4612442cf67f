import { type ChildProcess, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import net, { type AddressInfo } from 'node:net';
import type { Readable } from 'node:stream';
import { TEST_MEDIA } from './support.js';

/** Sends moving pictures and a tone from a real ffmpeg, as fast as they play; key frames are a second apart. */
export class Sender {
  private readonly process: ChildProcess;
  private said = '';

  /** @param output format and address, and options of theirs */
  constructor(output: readonly string[], seconds = 60) {
    const media = TEST_MEDIA.map((word) =>
      word.startsWith('testsrc2') ? 'testsrc2=size=160x90:rate=25' : word,
    );
    const args = media.flatMap((word) => (word === '-f' ? ['-re', '-f'] : [word]));
    this.process = spawn(
      'ffmpeg',
      ['-v', 'error', '-nostdin', ...args, '-g', '25', '-t', `${seconds}`, ...output],
      {
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    this.process.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.said += text;
    });
  }

  /** Of one that sends to `pipe:1`. */
  get stdout(): Readable {
    return this.process.stdout!;
  }

  get log(): string {
    return this.said;
  }

  async stop(): Promise<void> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    const ended = new Promise((resolve) => this.process.once('close', resolve));
    this.process.kill('SIGKILL');
    await ended;
  }
}

export async function freeTcpPort(): Promise<number> {
  const server = net.createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

export async function freeUdpPort(): Promise<number> {
  const socket = createSocket('udp4');
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  const { port } = socket.address();
  await new Promise<void>((resolve) => socket.close(resolve));
  return port;
}
