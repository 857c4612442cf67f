import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import net, { type AddressInfo, type Socket } from 'node:net';
import { Sender } from './sender.js';

/** MPEG-TS in RTP, as RFC 2250 and RFC 3551 have it. */
const SDP = [
  'v=0',
  'o=- 0 0 IN IP4 127.0.0.1',
  's=test',
  't=0 0',
  'm=video 0 RTP/AVP 33',
  'a=control:track1',
  '',
];

/** Enough of RTSP (RFC 2326) for one who plays: RTP comes over the same connection, from a real ffmpeg. */
export class RtspServer {
  private sender: Sender | null = null;

  private constructor(
    private readonly server: net.Server,
    private readonly rtp: UdpSocket,
  ) {}

  static async start(): Promise<RtspServer> {
    const server = net.createServer();
    const rtp = createSocket('udp4');
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    await new Promise<void>((resolve) => rtp.bind(0, '127.0.0.1', resolve));
    const started = new RtspServer(server, rtp);
    server.on('connection', (socket) => started.serve(socket));
    return started;
  }

  get url(): string {
    return `rtsp://127.0.0.1:${(this.server.address() as AddressInfo).port}/one`;
  }

  async close(): Promise<void> {
    await this.sender?.stop();
    this.rtp.close();
    this.server.close();
  }

  private serve(socket: Socket): void {
    socket.on('error', () => undefined);
    socket.setEncoding('latin1');
    let waiting = '';
    socket.on('data', (text: string) => {
      waiting += text;
      for (let end = waiting.indexOf('\r\n\r\n'); end >= 0; end = waiting.indexOf('\r\n\r\n')) {
        this.answer(socket, waiting.slice(0, end));
        waiting = waiting.slice(end + 4);
      }
    });
  }

  private answer(socket: Socket, request: string): void {
    const [method] = request.split(' ');
    const sequence = /^CSeq: *(\d+)/im.exec(request)?.[1] ?? '0';
    const say = (headers: readonly string[], body = '') => {
      const length = body === '' ? [] : [`Content-Length: ${body.length}`];
      socket.write(['RTSP/1.0 200 OK', `CSeq: ${sequence}`, ...headers, ...length, '', body].join('\r\n'));
    };
    if (method === 'OPTIONS') say(['Public: OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN']);
    else if (method === 'DESCRIBE')
      say(['Content-Type: application/sdp', `Content-Base: ${this.url}/`], SDP.join('\r\n'));
    else if (method === 'SETUP') say(['Transport: RTP/AVP/TCP;unicast;interleaved=0-1', 'Session: 1']);
    else if (method === 'PLAY') {
      say(['Session: 1']);
      this.play(socket);
    } else say(['Session: 1']);
  }

  private play(socket: Socket): void {
    this.rtp.on('message', (packet) => {
      const head = Buffer.from([0x24, 0, packet.length >> 8, packet.length & 0xff]);
      if (socket.writable) socket.write(Buffer.concat([head, packet]));
    });
    this.sender ??= new Sender(['-f', 'rtp_mpegts', `rtp://127.0.0.1:${this.rtp.address().port}`]);
  }
}
