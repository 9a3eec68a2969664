import { describe, expect, it } from '@jest/globals';
import { ChannelRepository, DEFAULT_CHANNEL_TIMEOUTS, type Channel } from '../channels/domain/channel.js';
import { ChannelRegistry } from './channel-registry.js';

const channel = (name: string): Channel => ({
  id: name,
  name,
  provider: 'demo',
  baseUrl: '',
  apiKey: '',
  models: [{ name: 'm', upstreamName: 'm' }],
  groups: null,
  priority: 0,
  weight: 1,
  status: 'active',
  timeouts: DEFAULT_CHANNEL_TIMEOUTS,
  settings: {},
  costMultiplierMillionths: null,
  createdAt: '2026-01-01T00:00:00Z',
});

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
    const registry = new ChannelRegistry(repository);
    const [earlier, later] = [registry.reload(), registry.reload()];
    repository.readings[1]?.([channel('old'), channel('new')]);
    await later;
    repository.readings[0]?.([channel('old')]);
    await earlier;
    expect(registry.serving('m', 'default').map(({ name }) => name)).toEqual(['old', 'new']);
  });
});
