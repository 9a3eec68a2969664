import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { ChannelRepository, type Channel } from '../channels/domain/channel.js';

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

  constructor(private readonly repository: ChannelRepository) {}

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
    this.channels = channels;
  }

  /** Every channel, enabled or not. */
  all(): readonly Channel[] {
    return this.channels;
  }

  /** Enabled channels that serve the model to the group. */
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

function serves({ status, groups }: Channel, group: string): boolean {
  return status === 'active' && (groups === null || groups.includes(group));
}
