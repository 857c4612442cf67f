import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { hasJars, jars } from './cache.js';
import type { EngineKind } from './engine.js';
import { findJava, hasMaven } from './java.js';
import { freePorts, ServerProcess } from './server-process.js';

const VERSION = '2.6.0';
const NEEDS_JAVA = 11;
const JARS = `s3proxy-${VERSION}`;
const artifacts = () => jars(JARS, [`org.gaul:s3proxy:${VERSION}`]);

export const S3_KEY_ID = 'streamprint';
export const S3_KEY = 'a-secret-of-tests';
/** It is there when the server has started. */
export const S3_BUCKET = 'blobs';

/** S3Proxy over a folder: speaks S3, and checks signatures and digests. */
export const s3: EngineKind = {
  name: 'S3',

  async missing() {
    if ((await findJava(NEEDS_JAVA)) === null || !(hasJars(JARS) || (await hasMaven())))
      return `S3Proxy needs Java ${NEEDS_JAVA} or newer and Maven: run \`node bin/prepare.mjs --engines\`.`;
    try {
      await artifacts();
    } catch (error) {
      const reason = (error as Error).message.split('\n').slice(0, 3).join(' ');
      return `S3Proxy's artifacts are not there: run \`node bin/prepare.mjs --engines\` with a network (${reason}).`;
    }
    return null;
  },

  async start(directory) {
    const java = await findJava(NEEDS_JAVA);
    if (java === null) throw new Error((await s3.missing()) ?? 'There is no Java');
    const lib = await artifacts();
    const [port] = (await freePorts(1)) as [number];
    const data = path.join(directory, 'buckets');
    fs.mkdirSync(path.join(data, S3_BUCKET), { recursive: true });
    const properties = path.join(directory, 's3proxy.conf');
    fs.writeFileSync(properties, configuration(data, port));
    const server = new ServerProcess(
      java,
      ['-Xmx128m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-cp', path.join(lib, '*')].concat(
        'org.gaul.s3proxy.Main',
        '--properties',
        properties,
      ),
      path.join(directory, 'log'),
      () => answers(port),
    );
    await server.start();
    return {
      address: `127.0.0.1:${port}`,
      get pid() {
        return server.pid;
      },
      stop: () => server.stop(),
      kill: () => server.kill(),
      restart: () => server.start(),
    };
  },
};

function configuration(data: string, port: number): string {
  return `s3proxy.endpoint=http://127.0.0.1:${port}
s3proxy.authorization=aws-v4
s3proxy.identity=${S3_KEY_ID}
s3proxy.credential=${S3_KEY}
jclouds.provider=filesystem-nio2
jclouds.identity=unused
jclouds.credential=unused
jclouds.filesystem.basedir=${data}
`;
}

/** Whatever it says to somebody whom it does not know. */
function answers(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = http.get({ host: '127.0.0.1', port, path: '/' }, (answer) => {
      answer.resume();
      resolve();
    });
    request.on('error', reject);
    request.setTimeout(1000, () => request.destroy(new Error('no answer')));
  });
}
