import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse, parseAllDocuments } from 'yaml';
import {
  createTestDatabase,
  freePort,
  startBuiltProgram,
  temporaryDirectory,
  testServers,
  type TestDatabase,
} from '@code-router/testing';

const ROOT = join(import.meta.dirname, '..');
const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');
const documents = (file: string) => parseAllDocuments(read(file)).map((document) => document.toJS() as Workload);
const namesIn = (file: string) => [...read(file).matchAll(/^([A-Z_]+)=/gm)].map(([, name]) => name);

interface Container {
  readonly command: readonly string[];
  readonly env?: readonly { readonly name: string; readonly value?: string }[];
}

interface Workload {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly template: { readonly spec: { readonly containers: readonly [Container] } };
  };
}

interface Kustomization {
  readonly resources: readonly string[];
  readonly configMapGenerator: readonly [{ readonly literals: readonly string[] }];
}

const kustomization = parse(read('deploy/kubernetes/kustomization.yaml')) as Kustomization;
const [common] = documents('deploy/kubernetes/pod.yaml');
const workloads = kustomization.resources
  .flatMap((file) => documents(`deploy/kubernetes/${file}`))
  .filter(({ kind }) => kind === 'Deployment' || kind === 'StatefulSet');
const containerOf = ({ spec }: Workload) => spec.template.spec.containers[0];
const variablesOf = (workload: Workload) => [...(containerOf(common!).env ?? []), ...(containerOf(workload).env ?? [])];

describe('the image', () => {
  it('has the Node that the tests ran on', () => {
    const { dependencies } = JSON.parse(read('package.json')) as { dependencies: { node: string } };
    expect(read('Dockerfile')).toContain(`ARG NODE=node:${dependencies.node}-slim`);
  });
});

describe('the manifests for Kubernetes', () => {
  let database: TestDatabase;
  let directory: string;

  beforeAll(async () => {
    [database, directory] = await Promise.all([createTestDatabase(), temporaryDirectory('deployment')]);
  });

  afterAll(async () => {
    await database?.drop();
    await rm(directory, { recursive: true, force: true });
  });

  it('give each service what it needs to be ready, and all of them at once', async () => {
    expect(workloads.map(({ metadata }) => metadata.name)).toEqual([
      'gateway',
      'pricing',
      'quota',
      'usage-log',
      'usage-log-worker',
    ]);
    const { natsUrl, redisUrl } = testServers();
    const secrets: Readonly<Record<string, string>> = {
      DATABASE_URL: database.url,
      NATS_URL: natsUrl,
      REDIS_URL: redisUrl,
      CODE_ROUTER_ENCRYPTION_KEY: Buffer.alloc(32, 7).toString('base64'),
      CODE_ROUTER_ADMIN_PASSWORD: 'a password of sufficient length',
      CODE_ROUTER_METRICS_TOKEN: '',
    };
    const settings = Object.fromEntries(
      kustomization.configMapGenerator[0].literals.map((literal) => literal.split('=') as [string, string]),
    );
    const programs = await Promise.all(
      workloads.map(async (workload) => {
        const [node, program] = containerOf(workload).command;
        expect(node).toBe('node');
        const port = await freePort();
        const given = variablesOf(workload).map(({ name, value }) => [name, value ?? secrets[name]] as const);
        return startBuiltProgram({
          name: workload.metadata.name,
          file: program!.replace(/^dist\//, ''),
          baseUrl: `http://127.0.0.1:${port}`,
          environment: {
            LOG_LEVEL: 'warn',
            NODE_ENV: 'production',
            HOST: '127.0.0.1',
            CODE_ROUTER_DATA_DIR: join(directory, workload.metadata.name),
            ...settings,
            ...Object.fromEntries(given),
            // There is one NATS server here.
            CODE_ROUTER_STREAM_REPLICAS: '1',
            PORT: String(port),
          },
        });
      }),
    );
    await Promise.all(programs.map((program) => program.stop()));
  });

  it('let the gateway pass the pages of the queues on to a service that has them', () => {
    const gateway = workloads.find(({ metadata }) => metadata.name === 'gateway')!;
    const url = new URL(variablesOf(gateway).find(({ name }) => name === 'CODE_ROUTER_QUEUES_URL')!.value!);
    const service = kustomization.resources
      .flatMap((file) => documents(`deploy/kubernetes/${file}`))
      .find(({ kind, metadata }) => kind === 'Service' && metadata.name === url.hostname);
    expect(service?.spec).toMatchObject({
      selector: { 'app.kubernetes.io/name': 'usage-log' },
      ports: [{ port: Number(url.port || 80) }],
    });
  });

  it('name settings that are documented, and secrets that the example has', () => {
    const operations = read('docs/operations.md');
    const literals = kustomization.configMapGenerator[0].literals.map((literal) => literal.split('=')[0]);
    const names = [...literals, ...workloads.flatMap(variablesOf).map(({ name }) => name)];
    expect(names.filter((name) => !operations.includes(`\`${name}\``))).toEqual([]);
    const secrets = workloads.flatMap(variablesOf).filter(({ value }) => value === undefined);
    expect(new Set(secrets.map(({ name }) => name))).toEqual(new Set(namesIn('deploy/kubernetes/secrets.env.example')));
  });
});

describe('the file for Docker Compose', () => {
  const compose = parse(read('deploy/compose.yaml'), { merge: true }) as {
    readonly services: Readonly<Record<string, { readonly command?: readonly string[]; readonly environment: object }>>;
  };

  it('runs the same programs, told the same', () => {
    const ours = Object.entries(compose.services).filter(([, { command }]) => command?.[0] === 'node');
    expect(new Map(ours.map(([name, { command }]) => [name, command]))).toEqual(
      new Map(workloads.map((workload) => [workload.metadata.name, containerOf(workload).command])),
    );
    for (const workload of workloads) {
      const given = Object.keys(compose.services[workload.metadata.name]!.environment);
      const needed = variablesOf(workload).map(({ name }) => name);
      expect(given).toEqual(expect.arrayContaining(needed.filter((name) => name !== 'CODE_ROUTER_METRICS_TOKEN')));
    }
  });

  it('asks for the secrets that the example has', () => {
    const asked = [...read('deploy/compose.yaml').matchAll(/\$\{([A-Z_]+):\?/g)].map(([, name]) => name);
    expect(new Set(asked)).toEqual(new Set(namesIn('deploy/secrets.env.example')));
  });
});
