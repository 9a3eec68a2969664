import { describe, expect, it } from '@jest/globals';
import { ChannelRepository, type Channel } from '../channels/domain/channel.js';
import { ChannelHealth } from './channel-health.js';
import { ChannelRegistry } from './channel-registry.js';
import { KeyHealth } from './key-health.js';
import { channelSample as channel, keySample } from './testing/channel-samples.js';

/** Readings that end when the test says so. */
class SlowRepository extends ChannelRepository {
  readonly readings: ((channels: readonly Channel[]) => void)[] = [];

  override all(): Promise<readonly Channel[]> {
    return new Promise((resolve) => this.readings.push(resolve));
  }

  override page = refuse;
  override get = refuse;
  override open = refuse;
  override delete = refuse;
  override insert = refuse;
  override update = refuse;
}

function refuse(): never {
  throw new Error('The registry only reads all channels.');
}

describe('the channels that routing knows', () => {
  it('are never replaced by those of an earlier reading that took longer', async () => {
    const repository = new SlowRepository();
    const registry = new ChannelRegistry(repository, new ChannelHealth(), new KeyHealth(1_000));
    const [earlier, later] = [registry.reload(), registry.reload()];
    repository.readings[1]?.([channel('old'), channel('new')]);
    await later;
    repository.readings[0]?.([channel('old')]);
    await earlier;
    expect(registry.serving('m', 'default').map(({ name }) => name)).toEqual(['old', 'new']);
  });

  it('are without those that have no key to use, but with those that need none', async () => {
    const { registry, read } = setUp();
    await read([
      channel('keyless'),
      channel('usable', { keys: [keySample('1', { status: 'disabled' }), keySample('2')] }),
      channel('unusable', { keys: [keySample('3', { status: 'disabled' })] }),
    ]);
    expect(registry.serving('m', 'default').map(({ name }) => name)).toEqual(['keyless', 'usable']);
    expect(registry.all()).toHaveLength(3);
  });
});

describe('what is known of a key', () => {
  const REFUSED = { code: 'upstream_error', httpStatus: 401 };
  const DISABLED = { status: 'disabled', disabledFor: 401, disabledAt: '2026-01-01T00:00:00Z' } as const;

  it.each([
    ['is kept when nothing of it changed', {}, { label: 'renamed' }, true],
    ['is kept when it is disabled', {}, DISABLED, true],
    ['is forgotten when it is enabled', DISABLED, {}, false],
    ['is forgotten with its old secret', {}, { enteredAt: '2026-02-02T00:00:00Z' }, false],
  ])('%s', async (_, before, after, isKept) => {
    const { keys, channels, read } = setUp();
    await read([channel('a', { keys: [keySample('1', before)] })]);
    keys.failed('1', REFUSED);
    for (let failures = 0; failures < 3; failures += 1) channels.failed('a', REFUSED);
    await read([channel('a', { keys: [keySample('1', after)] })]);
    expect([keys.isResting('1'), channels.isResting('a')]).toEqual([isKept, isKept]);
  });

  it('is forgotten when it is removed, and its channel has another chance with another one', async () => {
    const { keys, channels, read } = setUp();
    await read([channel('a', { keys: [keySample('1')] })]);
    keys.failed('1', REFUSED);
    for (let failures = 0; failures < 3; failures += 1) channels.failed('a', REFUSED);
    await read([channel('a', { keys: [keySample('2')] })]);
    expect([keys.reportOf('1').failures, channels.isResting('a')]).toEqual([0, false]);
  });
});

describe('what is known of a channel', () => {
  const before = channel('a', { baseUrl: 'https://one.example/v1', keys: [keySample('1')] });

  it.each([
    ['is kept when nothing of it changed', before, true],
    ['is kept with another name and priority', { ...before, name: 'renamed', priority: 9 }, true],
    ['is kept with one key more', { ...before, keys: [...before.keys, keySample('2')] }, true],
    ['is forgotten when it moves', { ...before, baseUrl: 'https://two.example/v1' }, false],
    ['is forgotten with its last key', { ...before, keys: [keySample('2')] }, false],
  ])('%s', async (_, after, isKept) => {
    const { channels, read } = setUp();
    await read([before]);
    for (let failures = 0; failures < 3; failures += 1) channels.failed('a', { code: 'upstream_error' });
    await read([after]);
    expect(channels.reportOf('a').failures).toBe(isKept ? 3 : 0);
  });

  it('is forgotten when it is gone, also what a request under way still says of it', async () => {
    const { channels, read } = setUp();
    await read([before]);
    channels.failed('a');
    await read([]);
    expect(channels.reportOf('a').failures).toBe(0);
    channels.failed('a');
    await read([]);
    expect(channels.reportOf('a').failures).toBe(0);
  });
});

function setUp() {
  const repository = new SlowRepository();
  const [channels, keys] = [new ChannelHealth(() => 0), new KeyHealth(1_000, () => 0)];
  const registry = new ChannelRegistry(repository, channels, keys);
  const read = async (found: readonly Channel[]): Promise<void> => {
    const reading = registry.reload();
    repository.readings.at(-1)?.(found);
    await reading;
  };
  return { registry, channels, keys, read };
}
