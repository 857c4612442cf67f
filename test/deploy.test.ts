import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { SETTINGS } from '../src/config.js';
import type { Json } from './support/cli.js';
import { startService, type TestService } from './support/service.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (file: string) => fs.readFileSync(path.join(root, file), 'utf8');
const compose = [
  'docker-compose',
  '-f',
  path.join(root, 'compose.yaml'),
  '--profile',
  'probe',
  '--profile',
  'figures',
];
const hasCompose = spawnSync('docker-compose', ['version']).status === 0;

describe('what is deployed', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startService();
  });
  afterAll(() => service.close());

  it.skipIf(!hasCompose)('is a compose file that docker-compose finds valid, for all profiles', () => {
    const [program, ...args] = compose;
    const done = spawnSync(program!, [...args, 'config'], {
      env: { ...process.env, ELASTIC_PASSWORD: 'chosen' },
      encoding: 'utf8',
    });
    expect(done.stderr).toBe('');
    expect(done.status).toBe(0);
    const services = Object.keys((parse(done.stdout) as Json).services);
    expect(services).toEqual(
      expect.arrayContaining([
        'service',
        'worker',
        'probe',
        'kafka',
        'elasticsearch',
        'prometheus',
        'grafana',
      ]),
    );
  });

  it('sets variables that there are, and mounts files that there are', () => {
    const { services } = parse(read('compose.yaml'), { merge: true }) as Json;
    const known = new Set(
      Object.values(SETTINGS).flatMap(({ variable, secret }) => [
        variable,
        ...(secret ? [`${variable}_FILE`] : []),
      ]),
    );
    for (const name of ['service', 'worker', 'probe']) {
      for (const variable of Object.keys(services[name].environment)) expect(known).toContain(variable);
      expect(services[name]).toMatchObject({ read_only: true, cap_drop: ['ALL'], tmpfs: ['/tmp'] });
    }
    for (const { volumes = [] } of Object.values(services as Record<string, { volumes?: string[] }>))
      for (const volume of volumes.filter((one) => one.startsWith('./')))
        expect(fs.existsSync(path.join(root, volume.split(':')[0]!)), volume).toBe(true);
  });

  it('is an image of what there is, run by a user without rights', () => {
    const lines = read('Dockerfile').replaceAll('\\\n', ' ').split('\n');
    const copied = lines.filter((line) => /^COPY (?!--)/.test(line));
    for (const source of copied.flatMap((line) => line.split(/\s+/).slice(1, -1)))
      expect(fs.existsSync(path.join(root, source)), source).toBe(true);
    expect(lines).toContain('USER node');
    expect(lines.findLast((line) => line.startsWith('USER'))).toBe('USER node');
    const scripts = (JSON.parse(read('package.json')) as Json).scripts;
    expect(scripts.build).toContain('build:pages');
  });

  it('shows and watches figures that a service has', async () => {
    const { text } = await service.request('GET', '/metrics');
    const has = new Set([...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name!));
    const dashboard = JSON.parse(read('deploy/grafana/dashboards/streamprint.json')) as Json;
    const shown: string[] = dashboard.panels.flatMap(({ targets = [] }: Json) =>
      targets.map(({ expr }: Json) => expr),
    );
    const rules = parse(read('deploy/prometheus/rules.yml')) as Json;
    const watched: string[] = rules.groups[0].rules.map(({ expr }: Json) => expr);
    expect(shown.length).toBeGreaterThan(15);
    for (const expression of [...shown, ...watched]) {
      const [name] = /\b(streamprint|process)_\w+/.exec(expression)!;
      expect(has, expression).toContain(name.replace(/_bucket$/, ''));
    }
  });
});
