import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { costNanos, priceTermsFromText } from '@code-router/money';
import { breakingChanges, type JsonSchema } from './testing/schema-changes.js';
import { USAGE_SUBJECTS, usageEventId, usageSubject, type UsageEvent } from './usage-event.js';

const ROOT = resolve(import.meta.dirname, '../../..');
const DOCUMENTS = join(ROOT, 'docs/events');
const BASELINE = join(ROOT, 'libs/contracts/test-data/usage-event.v1.schema.json');

const schema = await json<JsonSchema>(join(DOCUMENTS, 'usage-event.schema.json'));
const asyncApi = await json<AsyncApi>(join(DOCUMENTS, 'asyncapi.json'));
const example = await json<UsageEvent>(join(DOCUMENTS, 'usage-event.example.json'));

describe('the published contract of usage events', () => {
  it('is what the types say: npm run generate:contracts changes nothing', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'contracts-'));
    try {
      await promisify(execFile)(process.execPath, [join(ROOT, 'scripts/generate-contracts.mjs'), '--out', folder]);
      for (const name of ['usage-event.schema.json', 'asyncapi.json']) {
        expect(await readFile(join(DOCUMENTS, name), 'utf8')).toBe(await readFile(join(folder, name), 'utf8'));
      }
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('has only grown since version 1 was published', async () => {
    expect(breakingChanges(await json<JsonSchema>(BASELINE), schema)).toEqual([]);
  });

  it('describes in AsyncAPI what AsyncAPI 3.0 allows', async () => {
    const specification = join(ROOT, 'node_modules/@asyncapi/specs/schemas/3.0.0.json');
    // The specification brings the meta-schema of draft 7 itself, which ajv would otherwise have twice.
    const ajv = withFormats(new Ajv({ strict: false, meta: false, validateSchema: false }));
    const validate = ajv.compile(await json<object>(specification));
    expect(validate(asyncApi) || validate.errors).toBe(true);
    expect(validate({ ...asyncApi, channels: { broken: { address: 42 } } })).toBe(false);
  });

  it('leads every reference of the AsyncAPI document somewhere, and names the subjects that events are published on', () => {
    const references = [...JSON.stringify(asyncApi).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, path = '']) => path);
    expect(references.length).toBeGreaterThan(20);
    for (const reference of references) {
      const target = reference.split('/').reduce<unknown>((at, name) => (at as Parts)?.[name], asyncApi);
      expect([reference, typeof target]).toEqual([reference, 'object']);
    }
    const addresses = Object.values(asyncApi.channels).map(({ address }) => address);
    expect(addresses).toContain(usageSubject(example).replace(example.subject, '{accountId}'));
    expect(addresses.filter((address) => address.startsWith(USAGE_SUBJECTS.replace('>', '')))).toHaveLength(3);
  });

  it('has an example that is valid, and whose amount follows from itself', () => {
    expect(faults(example)).toEqual([]);
    expect(example.id).toBe(usageEventId(example.data));
    const { tokens, terms, multiplierMillionths, amountNanos } = example.data;
    expect(costNanos(tokens, priceTermsFromText(terms), BigInt(multiplierMillionths))).toBe(BigInt(amountNanos));
    expect(asyncApi.components.messages['settled']?.examples).toEqual([{ payload: example }]);
  });

  const { amountNanos: _amount, ...withoutAmount } = example.data;
  it.each<[string, unknown]>([
    ['an amount in a JSON number', withData({ amountNanos: 6_024_000 })],
    ['an amount with a fraction', withData({ amountNanos: '6024.5' })],
    ['no amount', { ...example, data: withoutAmount }],
    ['a negative count of tokens', withData({ tokens: { input: -1 } })],
    ['half a token', withData({ tokens: { input: 0.5 } })],
    ['an outcome that there is not', withData({ outcome: 'refunded' })],
    ['a time that is none', withData({ completedAt: 'yesterday' })],
    ['a multiplier source that there is not', withData({ multiplierSource: 'mood' })],
    ['a rate that is a number', withData({ terms: { ...example.data.terms, rates: { input: 2.5 } } })],
    ['another type of event', { ...example, type: 'code-router.usage.v2.settled' }],
    ['another version of CloudEvents', { ...example, specversion: '0.3' }],
    ['an id that is not of a reservation', { ...example, id: '42' }],
    ['no data', { ...example, data: undefined }],
    ['a list', [example]],
  ])('refuses %s', (_case, event) => {
    expect(faults(event)).not.toEqual([]);
  });

  it('accepts what later versions may add', () => {
    expect(faults({ ...withData({ costNanos: '1', region: 'eu' }), traceparent: '00-…' })).toEqual([]);
  });
});

describe('the comparison with the first version', () => {
  const changed = (change: (schema: Mutable) => void): readonly string[] => {
    const copy = structuredClone(schema) as unknown as Mutable;
    change(copy);
    return breakingChanges(schema, copy as unknown as JsonSchema);
  };

  it('allows a property that may be absent, a new definition, and other words', () => {
    const changes = changed(({ definitions }) => {
      definitions['Region'] = { type: 'string' };
      part(definitions, 'UsageData').properties['region'] = { $ref: '#/definitions/Region' };
      part(definitions, 'UsageData').properties['stream'] = { type: 'boolean', description: 'Otherwise.' };
    });
    expect(changes).toEqual([]);
  });

  it.each<[string, string, (schema: Mutable) => void]>([
    ['a property that is gone', 'event.data.modelServed is gone', drop('UsageData', 'modelServed')],
    ['one that is new and required', 'event.data.region is now required', demand('UsageData', 'region')],
    ['one that may now be absent', 'event.data.keyId may now be absent', excuse('UsageData', 'keyId')],
    ['a token class that is gone', 'event.data.tokens.outputAudio is gone', drop('TokenUsage', 'outputAudio')],
    [
      'a new outcome',
      'event.data.outcome may now be refunded',
      ({ definitions }) => void part(definitions, 'UsageOutcome').enum.push('refunded'),
    ],
    [
      'another type',
      'event.data.amountNanos: type was "string" and is "number"',
      ({ definitions }) => void Object.assign(part(definitions, 'NanosText'), { type: 'number' }),
    ],
    [
      'another pattern within a list',
      'event.data.tries[].durationMs: minimum was 0 and is absent',
      ({ definitions }) => void Reflect.deleteProperty(part(definitions, 'Milliseconds'), 'minimum'),
    ],
  ])('finds %s', (_case, line, change) => {
    expect(changed(change)).toContain(line);
  });
});

interface AsyncApi {
  readonly channels: Readonly<Record<string, { readonly address: string }>>;
  readonly components: { readonly messages: Readonly<Record<string, { readonly examples?: readonly unknown[] }>> };
}

type Parts = Readonly<Record<string, unknown>> | undefined;

interface MutablePart {
  readonly properties: Record<string, object>;
  readonly required: string[];
  readonly enum: string[];
}

interface Mutable {
  readonly definitions: Record<string, object>;
}

function part(definitions: Mutable['definitions'], name: string): MutablePart {
  return definitions[name] as MutablePart;
}

function drop(definition: string, property: string) {
  return ({ definitions }: Mutable): void => {
    Reflect.deleteProperty(part(definitions, definition).properties, property);
  };
}

function demand(definition: string, property: string) {
  return ({ definitions }: Mutable): void => {
    part(definitions, definition).properties[property] = { type: 'string' };
    part(definitions, definition).required.push(property);
  };
}

function excuse(definition: string, property: string) {
  return ({ definitions }: Mutable): void => {
    const { required } = part(definitions, definition);
    required.splice(required.indexOf(property), 1);
  };
}

function withData(changes: Readonly<Record<string, unknown>>): object {
  return { ...example, data: { ...example.data, ...changes } };
}

function faults(event: unknown): readonly unknown[] {
  const validate = withFormats(new Ajv({ allErrors: true })).compile(schema);
  return validate(event) ? [] : (validate.errors ?? []);
}

/** Published as CommonJS: its types say otherwise than what an ES module gets. */
function withFormats(ajv: Ajv): Ajv {
  return addFormats.default(ajv);
}

async function json<Document>(path: string): Promise<Document> {
  return JSON.parse(await readFile(path, 'utf8')) as Document;
}
