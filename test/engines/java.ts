import { execFile } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const SYSTEM_JDKS = '/usr/lib/jvm';

/** The path of a `java` of at least this version: JAVA_HOME's, the PATH's, one of the system's; or null. */
export async function findJava(atLeast: number): Promise<string | null> {
  const homes = fs.existsSync(SYSTEM_JDKS) ? fs.readdirSync(SYSTEM_JDKS).sort() : [];
  const candidates = [
    ...(process.env.JAVA_HOME ? [path.join(process.env.JAVA_HOME, 'bin', 'java')] : []),
    'java',
    ...homes.map((home) => path.join(SYSTEM_JDKS, home, 'bin', 'java')),
  ];
  for (const candidate of candidates) if ((await versionOf(candidate)) >= atLeast) return candidate;
  return null;
}

/** The folder of a JDK, with its compiler, of at least this version; or null. */
export async function findJdk(atLeast: number): Promise<string | null> {
  const homes = fs.existsSync(SYSTEM_JDKS) ? fs.readdirSync(SYSTEM_JDKS).sort() : [];
  const candidates = [
    ...(process.env.JAVA_HOME ? [process.env.JAVA_HOME] : []),
    ...homes.map((home) => path.join(SYSTEM_JDKS, home)),
  ];
  for (const home of candidates) {
    const hasCompiler = fs.existsSync(path.join(home, 'bin', 'javac'));
    if (hasCompiler && (await versionOf(path.join(home, 'bin', 'java'))) >= atLeast) return home;
  }
  return null;
}

export async function hasMaven(): Promise<boolean> {
  return run('mvn', ['-v']).then(
    () => true,
    () => false,
  );
}

/** The feature release: 17, 21, …; 0 = there is none. */
async function versionOf(java: string): Promise<number> {
  try {
    const { stderr } = await run(java, ['-version']);
    return Number(/version "(\d+)/.exec(stderr)?.[1] ?? 0);
  } catch {
    return 0;
  }
}
