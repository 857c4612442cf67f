import { spawn } from 'node:child_process';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { prepare } from '../api/tenant-things.js';
import { startService, type TestService } from '../support/service.js';
import { fillWithData } from './data.js';

/** In the source tree: settings are not compiled. */
const SETTINGS = fileURLToPath(new URL('../../../test/fuzz/', import.meta.url));
/** Of each operation, beside what its schema has at its bounds. */
const FIRST_EXAMPLES = 5;
/** Of each operation, round by round, until there were enough. */
const EXAMPLES = [60, 60, 120, 240, 480];

export interface Fuzzed {
  readonly requests: number;
  /** Answers of 5xx, and what the service told of as its own fault. */
  readonly serverErrors: number;
  /** Answers that are not as the document says, the 5xx left out. */
  readonly violations: number;
  /** As schemathesis says it. */
  readonly summary: string;
}

export interface FuzzOptions {
  readonly requests: number;
  readonly seed: number;
  /** Of schemathesis, in the first round; all of them, if absent. */
  readonly phases?: readonly string[];
}

/**
 * Fuzzes a service of its own on data of its own until so many requests were made.
 * @param program as `schemathesis` gives it
 */
export async function fuzz(
  program: string,
  { requests: wanted, seed, phases = ['coverage', 'fuzzing', 'stateful'] }: FuzzOptions,
): Promise<Fuzzed> {
  const data = await fs.mkdtemp(path.join(os.tmpdir(), 'streamprint-fuzz-'));
  let service: TestService | null = null;
  try {
    await prepare(data, ['default', 'studio']);
    service = await startService({ data, env: { STREAMPRINT_API_RATE: '100000' } });
    await fillWithData(service);
    let total = await run(program, service, data, phases, FIRST_EXAMPLES, seed);
    for (const [round, examples] of EXAMPLES.entries()) {
      if (total.requests >= wanted) break;
      total = sumOf(total, await run(program, service, data, ['fuzzing'], examples, seed + 1 + round));
    }
    const told = service.troubles.filter((trouble) => trouble.includes(' failed: '));
    return {
      ...total,
      serverErrors: total.serverErrors + told.length,
      summary: [total.summary, ...told].join('\n'),
    };
  } finally {
    await service?.close();
    await fs.rm(data, { recursive: true, force: true });
  }
}

function sumOf(a: Fuzzed, b: Fuzzed): Fuzzed {
  return {
    requests: a.requests + b.requests,
    serverErrors: a.serverErrors + b.serverErrors,
    violations: a.violations + b.violations,
    summary: `${a.summary}\n${b.summary}`,
  };
}

async function run(
  program: string,
  service: TestService,
  folder: string,
  phases: readonly string[],
  examples: number,
  seed: number,
): Promise<Fuzzed> {
  const report = path.join(folder, 'fuzz.json');
  const output = await said(program, folder, [
    ...['--config-file', path.join(SETTINGS, 'schemathesis.toml'), 'run', `${service.url}/openapi.json`],
    ...['--header', `Authorization: Bearer ${service.key('administrator')}`],
    ...[
      '--phases',
      phases.join(','),
      '--checks',
      'all',
      '--max-examples',
      String(examples),
      '--seed',
      String(seed),
    ],
    ...['--continue-on-failure', '--no-shrink', '--request-timeout', '60', '--workers', '4'],
    ...['--report', 'json', '--report-json-path', report],
  ]);
  return { ...(await countsIn(report)), summary: output };
}

function said(program: string, cwd: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    // Its settings name the module of hooks, which lies beside them.
    const env = { ...process.env, PYTHONPATH: SETTINGS, PYTHONDONTWRITEBYTECODE: '1' };
    const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
    child.on('error', reject);
    child.on('close', (code) =>
      code === 0 || code === 1
        ? resolve(output)
        : reject(new Error(`schemathesis ended with ${code}: ${output}`)),
    );
  });
}

/** As much of its report as is counted. */
interface Report {
  readonly complete: boolean;
  readonly test_cases: { readonly generated: number };
  readonly failures: readonly unknown[];
  readonly errors: readonly unknown[];
}

async function countsIn(file: string): Promise<Omit<Fuzzed, 'summary'>> {
  const report = JSON.parse(await fs.readFile(file, 'utf8')) as Report;
  if (!report.complete) throw new Error('schemathesis did not come to its end');
  const serverErrors = report.failures.filter((one) => JSON.stringify(one).includes('not_a_server_error'));
  return {
    requests: report.test_cases.generated,
    serverErrors: serverErrors.length,
    violations: report.failures.length - serverErrors.length + report.errors.length,
  };
}
