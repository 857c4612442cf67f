#!/usr/bin/env node
// Brings a fresh clone to where it runs: dependencies installed, TypeScript compiled, with --ffmpeg and --espeak these
// programs present, and with --engines and --browser, if it can be, what real servers and a real browser for tests are
// started with. Does nothing where nothing is to be done. Plain JavaScript: it runs before the rest.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const SOURCES = ['src', 'workers', 'fingerprints', 'samples', 'bench', 'test'];

function say(text) {
  process.stderr.write(`streamprint: ${text}\n`);
}

function fail(text) {
  say(text);
  process.exit(1);
}

function run(command, args) {
  const done = spawnSync(command, args, { cwd: root, stdio: ['ignore', process.stderr, process.stderr] });
  return done.status === 0;
}

const modified = (file) => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;

function newestIn(folder, isSource) {
  let newest = 0;
  for (const entry of readdirSync(path.join(root, folder), { recursive: true, withFileTypes: true }))
    if (entry.isFile() && isSource(entry.name))
      newest = Math.max(newest, modified(path.join(entry.parentPath, entry.name)));
  return newest;
}

function newestSource() {
  let newest = Math.max(
    modified(path.join(root, 'tsconfig.json')),
    modified(path.join(root, 'package-lock.json')),
  );
  for (const folder of SOURCES)
    newest = Math.max(
      newest,
      newestIn(folder, (name) => name.endsWith('.ts')),
    );
  return newest;
}

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19))
    fail(`Node.js 20.19 or newer is needed, this is ${process.versions.node}.`);
}

function installDependencies() {
  const installed = modified(path.join(root, 'node_modules', '.package-lock.json'));
  if (installed >= modified(path.join(root, 'package-lock.json'))) return;
  say('installing dependencies (about 20 seconds, once) …');
  if (!run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'])) fail('npm ci failed, see above.');
}

function build() {
  // The compiler touches nothing where nothing changed, so the time of the last build is kept apart.
  const built = path.join(root, 'dist', '.built');
  if (modified(built) >= newestSource()) return;
  say('compiling …');
  if (!run(process.execPath, [path.join(root, 'node_modules/typescript/bin/tsc')]))
    fail('tsc failed, see above.');
  writeFileSync(built, '');
}

function buildPages() {
  const built = path.join(root, 'dist', '.built-pages');
  const lock = modified(path.join(root, 'package-lock.json'));
  if (
    modified(built) >=
    Math.max(
      lock,
      newestIn('src/web', () => true),
    )
  )
    return;
  say('building the pages …');
  const tool = (name) => path.join(root, 'node_modules', name);
  if (!run(process.execPath, [tool('typescript/bin/tsc'), '-p', 'src/web'])) fail('tsc failed, see above.');
  if (!run(process.execPath, [tool('vite/bin/vite.js'), 'build', '-c', 'src/web/vite.config.ts']))
    fail('vite failed, see above.');
  writeFileSync(built, '');
}

const runs = (command, ...args) => spawnSync(command, args).status === 0;

/** Installs packages of Debian where we may; false = it could not be done, with the reason said where there is one. */
function aptInstall(...packages) {
  const isRoot = process.getuid?.() === 0;
  const sudo = !isRoot && runs('sudo', '-n', 'true');
  if (!existsSync('/usr/bin/apt-get') || !(isRoot || sudo)) return false;
  say(`installing ${packages.join(' and ')} …`);
  const apt = (...args) => (sudo ? run('sudo', ['-n', 'apt-get', ...args]) : run('apt-get', args));
  if (apt('update', '-qq') && apt('install', '-y', '-qq', '--no-install-recommends', ...packages))
    return true;
  say('apt-get failed, see above.');
  return false;
}

/** @param name of the program and of its package */
function installProgram(name, question) {
  if (runs(name, question) || aptInstall(name)) return;
  fail(`the program ${name} is needed: install it (on Debian: apt-get install ${name}) and run this again.`);
}

/** The tests that need an engine are skipped where it cannot be had. */
function prepareEngines() {
  const { stderr } = spawnSync('java', ['-version'], { encoding: 'utf8' });
  const java = Number(/version "(\d+)/.exec(stderr ?? '')?.[1] ?? 0);
  if (java < 17 || !runs('mvn', '-v')) aptInstall('default-jdk-headless', 'maven');
  run(process.execPath, [path.join(root, 'dist', 'test', 'engines', 'fetch.js')]);
}

/** The tests of the pages are skipped where it cannot be had. */
function prepareBrowser() {
  if (!existsSync('/usr/bin/chromium') && !existsSync('/usr/bin/google-chrome')) aptInstall('chromium');
}

checkNode();
installDependencies();
build();
buildPages();
if (process.argv.includes('--ffmpeg')) installProgram('ffmpeg', '-version');
if (process.argv.includes('--espeak')) installProgram('espeak-ng', '--version');
if (process.argv.includes('--engines')) prepareEngines();
if (process.argv.includes('--browser')) prepareBrowser();
