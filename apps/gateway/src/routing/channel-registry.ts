import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { ChannelRepository, type Channel } from '../channels/domain/channel.js';
import type { ProviderKey } from '../channels/domain/provider-key.js';
import { ChannelHealth } from './channel-health.js';
import { hasUsableKey } from './key-choice.js';
import { KeyHealth } from './key-health.js';

/** In case a notice got lost. */
const RELOAD_EVERY_MS = 30_000;

/** The channels as they were when last heard of: routing asks no database. */
@Injectable()
export class ChannelRegistry implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(ChannelRegistry.name);
  private channels: readonly Channel[] = [];
  private readings = 0;
  private applied = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly repository: ChannelRepository,
    private readonly channelHealth: ChannelHealth,
    private readonly keyHealth: KeyHealth,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.read();
    this.timer = setInterval(() => void this.reload(), RELOAD_EVERY_MS).unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  /** Reads the channels again; keeps those it knows when the database does not answer. */
  async reload(): Promise<void> {
    try {
      await this.read();
    } catch (error) {
      this.logger.error('The channels could not be read again; those known are used.', { err: error });
    }
  }

  /** Two readings may overtake each other: what began earlier must not replace what began later. */
  private async read(): Promise<void> {
    this.readings += 1;
    const reading = this.readings;
    const channels = await this.repository.all();
    if (reading < this.applied) return;
    this.applied = reading;
    const before = this.channels;
    this.channels = channels;
    this.forgetOldKeys(before);
    this.forgetOldChannels(before);
  }

  /** What is known of a key ends with its secret, and when an operator enables it: also at the gateways that only hear of it. */
  private forgetOldKeys(channelsBefore: readonly Channel[]): void {
    const before = new Map(channelsBefore.flatMap(({ keys }) => keys.map((key) => [key.id, key] as const)));
    for (const { id, keys } of this.channels) {
      for (const key of keys) {
        const known = before.get(key.id);
        before.delete(key.id);
        if (known && !isAnother(key, known)) continue;
        this.keyHealth.forget(key.id);
        if (key.status === 'active') this.channelHealth.wake(id);
      }
    }
    for (const gone of before.keys()) this.keyHealth.forget(gone);
  }

  /**
   * With another address, or with none of the keys that it had, it is another channel: what was held against it no longer
   * counts. This too at the gateways that only hear of it.
   */
  private forgetOldChannels(channelsBefore: readonly Channel[]): void {
    const before = new Map(channelsBefore.map((channel) => [channel.id, channel]));
    for (const channel of this.channels) {
      const known = before.get(channel.id);
      if (known && isElsewhere(channel, known)) this.channelHealth.forget(channel.id);
    }
    this.channelHealth.retain(new Set(this.channels.map(({ id }) => id)));
  }

  /** Every channel, enabled or not. */
  all(): readonly Channel[] {
    return this.channels;
  }

  /** Enabled channels with a key to use that serve the model to the group. */
  serving(model: string, group: string): readonly Channel[] {
    return this.channels.filter((channel) => serves(channel, group) && upstreamNameOf(channel, model) !== undefined);
  }

  /** The models that some enabled channel serves to the group. */
  modelsFor(group: string): ReadonlySet<string> {
    const usable = this.channels.filter((channel) => serves(channel, group));
    return new Set(usable.flatMap((channel) => channel.models.map(({ name }) => name)));
  }
}

/** What the channel's provider calls the model; undefined when it does not offer it. */
export function upstreamNameOf(channel: Channel, model: string): string | undefined {
  return channel.models.find(({ name }) => name === model)?.upstreamName;
}

function serves(channel: Channel, group: string): boolean {
  const { status, groups } = channel;
  return status === 'active' && (groups === null || groups.includes(group)) && hasUsableKey(channel);
}

function isElsewhere(channel: Channel, before: Channel): boolean {
  if (channel.baseUrl !== before.baseUrl || channel.provider !== before.provider) return true;
  const known = new Map(before.keys.map(({ id, enteredAt }) => [id, enteredAt]));
  return known.size > 0 && channel.keys.every(({ id, enteredAt }) => known.get(id) !== enteredAt);
}

function isAnother(key: ProviderKey, before: ProviderKey): boolean {
  return key.enteredAt !== before.enteredAt || (key.status === 'active' && before.status === 'disabled');
}
