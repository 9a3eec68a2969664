import { Inject, Injectable } from '@nestjs/common';
import type { Channel } from '../channels/domain/channel.js';
import { PROVIDERS, type Provider } from './provider.js';

/** Every provider that is built in, by the channels that are of it. */
@Injectable()
export class Providers {
  private readonly byName: ReadonlyMap<string, Provider>;

  constructor(@Inject(PROVIDERS) providers: readonly Provider[]) {
    this.byName = new Map(providers.map((provider) => [provider.name, provider]));
  }

  /** @throws Error for a channel that a former version made, of a provider that is no longer there. */
  of(channel: Pick<Channel, 'name' | 'provider'>): Provider {
    const provider = this.byName.get(channel.provider);
    if (!provider) throw new Error(`The channel ${channel.name} is of a provider that is not built in.`);
    return provider;
  }
}
