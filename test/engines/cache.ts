import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** Where what engines are made of is kept between runs: STREAMPRINT_ENGINES, else the user's cache folder. */
export function cacheFolder(): string {
  const given = process.env.STREAMPRINT_ENGINES;
  if (given) return given;
  return path.join(process.env.XDG_CACHE_HOME ?? path.join(os.homedir(), '.cache'), 'streamprint', 'engines');
}

/** Whether the jars of that name are there already. */
export const hasJars = (name: string): boolean => fs.existsSync(path.join(cacheFolder(), name));

/** `group:artifact:version`, as Maven writes it. */
export type Coordinate = `${string}:${string}:${string}`;

/**
 * A folder with the jars of some artifacts and of all that they need, fetched by Maven once.
 * @param name of the folder: change it whenever the coordinates change
 * @throws Error with what Maven said
 */
export async function jars(name: string, coordinates: readonly Coordinate[]): Promise<string> {
  const folder = path.join(cacheFolder(), name);
  if (hasJars(name)) return folder;
  fs.mkdirSync(cacheFolder(), { recursive: true });
  const aside = fs.mkdtempSync(path.join(cacheFolder(), `${name}-`));
  try {
    fs.writeFileSync(path.join(aside, 'pom.xml'), pom(name, coordinates));
    await maven(aside, ['dependency:copy-dependencies', '-DoutputDirectory=lib', '-DincludeScope=runtime']);
    try {
      fs.renameSync(path.join(aside, 'lib'), folder);
    } catch (error) {
      // Another run was quicker.
      if (!fs.existsSync(folder)) throw error;
    }
  } finally {
    fs.rmSync(aside, { recursive: true, force: true });
  }
  return folder;
}

/**
 * What keeps an engine made of jars from running here, as one sentence that says what to do; null = nothing.
 * @param needs what it is run with: `Java 17`
 */
export async function missingJars(
  engine: string,
  needs: string,
  isThere: boolean,
  artifacts: () => Promise<string>,
): Promise<string | null> {
  const prepare = 'run `node bin/prepare.mjs --engines`';
  if (!isThere) return `${engine} needs ${needs} or newer and Maven: ${prepare}.`;
  try {
    await artifacts();
    return null;
  } catch (error) {
    const reason = (error as Error).message.split('\n').slice(0, 3).join(' ');
    return `The artifacts of ${engine} are not there: ${prepare} with a network (${reason}).`;
  }
}

function pom(name: string, coordinates: readonly Coordinate[]): string {
  const dependencies = coordinates.map((coordinate) => {
    const [group, artifact, version] = coordinate.split(':');
    return `<dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${version}</version></dependency>`;
  });
  return `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>streamprint.engines</groupId><artifactId>${name}</artifactId><version>1</version>
  <dependencies>${dependencies.join('')}</dependencies>
</project>
`;
}

function maven(directory: string, args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn('mvn', ['-q', '-B', ...args], { cwd: directory, stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        said = (said + text).slice(-4000);
      });
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`Maven could not fetch the artifacts:\n${said}`));
    });
  });
}
