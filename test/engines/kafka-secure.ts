import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Engine } from './engine.js';
import { findJdk } from './java.js';
import { startAt } from './kafka.js';
import { freePorts } from './server-process.js';

const run = promisify(execFile);
const STORE_PASSWORD = 'of-the-store';

export const KAFKA_USER = 'streamprint';
export const KAFKA_PASSWORD = 'a-secret-of-tests';

export interface SecureKafka extends Engine {
  /** Where clients connect to over TLS, and log in by SASL/PLAIN. */
  readonly secureAddress: string;
  /** PEM of the authority that signed its certificate: its own. */
  readonly ca: string;
}

/** A broker that also has a port with TLS and SASL. Needs a JDK, for its keytool. */
export async function startSecureKafka(directory: string): Promise<SecureKafka> {
  const jdk = await findJdk(17);
  const keytool = jdk === null ? 'keytool' : path.join(jdk, 'bin', 'keytool');
  const store = path.join(directory, 'server.p12');
  const access = ['-keystore', store, '-storetype', 'PKCS12', '-storepass', STORE_PASSWORD];
  const key = ['-alias', 'broker', '-keyalg', 'RSA', '-validity', '30', '-dname', 'CN=localhost'];
  await run(keytool, ['-genkeypair', ...key, '-ext', 'san=dns:localhost,ip:127.0.0.1', ...access]);
  const { stdout: ca } = await run(keytool, ['-exportcert', '-rfc', '-alias', 'broker', ...access]);
  const [port, controller, secure] = (await freePorts(3)) as [number, number, number];
  const settings = settingsOf(store, port, controller, secure);
  const broker = await startAt(directory, port, controller, settings);
  return Object.assign(broker, { secureAddress: `localhost:${secure}`, ca });
}

function settingsOf(
  store: string,
  port: number,
  controller: number,
  secure: number,
): Readonly<Record<string, string>> {
  const plain = `PLAINTEXT://127.0.0.1:${port}`;
  const login = 'org.apache.kafka.common.security.plain.PlainLoginModule required';
  return {
    listeners: `${plain},CLIENT://127.0.0.1:${secure},CONTROLLER://127.0.0.1:${controller}`,
    'advertised.listeners': `${plain},CLIENT://localhost:${secure}`,
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,CLIENT:SASL_SSL',
    'sasl.enabled.mechanisms': 'PLAIN',
    'listener.name.client.plain.sasl.jaas.config': `${login} user_${KAFKA_USER}="${KAFKA_PASSWORD}";`,
    'ssl.keystore.type': 'PKCS12',
    'ssl.keystore.location': store,
    'ssl.keystore.password': STORE_PASSWORD,
    'ssl.key.password': STORE_PASSWORD,
  };
}
