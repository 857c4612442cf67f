import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { cacheFolder, hasJars, jars, missingJars } from './cache.js';
import type { Engine, EngineKind } from './engine.js';
import { findJdk, hasMaven } from './java.js';
import { engineOf, freePorts, ServerProcess } from './server-process.js';

/** The launcher is Java: it hands the node the plugins that are on its class path. */
const LAUNCHER = fileURLToPath(new URL('../../../test/engines/elasticsearch/', import.meta.url));
const SOURCES = ['Launcher.java', 'ClasspathPluginsService.java'];

export interface ElasticsearchOptions {
  /** MiB. */
  readonly heap?: number;
  /** Whether what runs often is optimised: for benches. */
  readonly optimised?: boolean;
}

interface Release {
  readonly version: string;
  readonly needsJava: number;
}

export interface ElasticsearchKind extends EngineKind {
  readonly version: string;
  start(directory: string, options?: ElasticsearchOptions): Promise<Engine>;
  /** @param port of 127.0.0.1 that clients connect to */
  startAt(
    directory: string,
    port: number,
    transport: number,
    options?: ElasticsearchOptions,
  ): Promise<Engine>;
}

/** Runs on the Java of Debian 12. */
export const elasticsearch8 = kindOf({ version: '8.19.5', needsJava: 17 });
/** Later ones lack an artifact. */
export const elasticsearch9 = kindOf({ version: '9.2.0', needsJava: 21 });

/** One node with the server and HTTP: no security, ILM, scripts or ingest pipelines, and nothing at `/`. */
function kindOf({ version, needsJava }: Release): ElasticsearchKind {
  const name = `elasticsearch-${version}`;
  const artifacts = () =>
    jars(name, [
      `org.elasticsearch:elasticsearch:${version}`,
      `org.elasticsearch.plugin:transport-netty4:${version}`,
    ]);

  async function startAt(
    directory: string,
    port: number,
    transport: number,
    { heap = 512, optimised = false }: ElasticsearchOptions = {},
  ): Promise<Engine> {
    const jdk = await findJdk(needsJava);
    if (jdk === null) throw new Error((await kind.missing()) ?? 'There is no Java');
    const lib = path.join(await artifacts(), '*');
    const classes = await launcher(jdk, name, lib);
    const address = `127.0.0.1:${port}`;
    const server = new ServerProcess(
      path.join(jdk, 'bin', 'java'),
      [
        `-Xms${heap}m`,
        `-Xmx${heap}m`,
        // Short runs: no time spent on optimising what runs for a minute.
        ...(optimised ? [] : ['-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1']),
        ...(needsJava >= 21 ? ['--add-modules=jdk.incubator.vector'] : []),
        ...['-cp', `${classes}${path.delimiter}${lib}`, 'org.elasticsearch.node.Launcher'],
        ...[path.join(directory, 'home'), String(port), String(transport)],
      ],
      path.join(directory, 'log'),
      () => answers(address),
    );
    await server.start();
    return engineOf(address, server);
  }

  const kind: ElasticsearchKind = {
    name: `Elasticsearch ${version}`,
    version,

    async missing() {
      const isThere = (await findJdk(needsJava)) !== null && (hasJars(name) || (await hasMaven()));
      return missingJars(kind.name, `a JDK ${needsJava}`, isThere, artifacts);
    },

    async start(directory, options) {
      const [port, transport] = (await freePorts(2)) as [number, number];
      return startAt(directory, port, transport, options);
    },

    startAt,
  };
  return kind;
}

/** A folder with the compiled launcher, kept beside the jars. */
async function launcher(jdk: string, name: string, classPath: string): Promise<string> {
  const digest = createHash('sha256');
  for (const source of SOURCES) digest.update(fs.readFileSync(path.join(LAUNCHER, source)));
  const folder = path.join(cacheFolder(), `${name}-launcher-${digest.digest('hex').slice(0, 12)}`);
  if (fs.existsSync(folder)) return folder;
  const aside = fs.mkdtempSync(`${folder}-`);
  try {
    const sources = SOURCES.map((source) => path.join(LAUNCHER, source));
    await promisify(execFile)(path.join(jdk, 'bin', 'javac'), [
      ...['-nowarn', '-cp', classPath, '-d', aside],
      ...sources,
    ]);
    fs.renameSync(aside, folder);
  } catch (error) {
    fs.rmSync(aside, { recursive: true, force: true });
    // Another run was quicker.
    if (!fs.existsSync(folder)) throw error;
  }
  return folder;
}

async function answers(address: string): Promise<void> {
  const response = await fetch(
    `http://${address}/_cluster/health?wait_for_status=yellow&wait_for_no_initializing_shards=true&timeout=20s`,
  );
  if (!response.ok) throw new Error(`The node answers ${response.status}`);
}
