import net, { type AddressInfo, type Socket } from 'node:net';

/** Stands between a client and a server, and cuts the line when so many bytes have gone to the server. */
export interface CuttingProxy {
  readonly port: number;
  /** Where the server is now; null = nowhere. */
  target: number | null;
  close(): Promise<void>;
}

/**
 * @param every bytes between two cuts
 * @param onCut told of each, before the client can connect again
 */
export async function startCuttingProxy(every: number, onCut: () => void): Promise<CuttingProxy> {
  let left = every;
  const sockets = new Set<Socket>();
  const server = net.createServer((client) => {
    sockets.add(client);
    client.on('error', () => undefined).on('close', () => sockets.delete(client));
    if (proxy.target === null) return client.destroy();
    const onward = net.connect(proxy.target, '127.0.0.1');
    sockets.add(onward);
    onward.on('error', () => client.destroy()).on('close', () => sockets.delete(onward));
    onward.on('data', (chunk) => client.write(chunk)).on('end', () => client.end());
    client.on('close', () => onward.destroy());
    client.on('data', (chunk) => {
      onward.write(chunk.subarray(0, left));
      left -= chunk.length;
      if (left > 0) return;
      left = every;
      client.destroy();
      // What was sent is on its way, and may arrive or not.
      setTimeout(() => onward.destroy(), 5);
      onCut();
    });
    return client;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const proxy: CuttingProxy = {
    port: (server.address() as AddressInfo).port,
    target: null,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return proxy;
}
