import type { ChannelSummary } from './channel.js';
import type { NewProviderKey, ProviderKey, ProviderKeySummary } from './provider-key.js';

/** Where the keys of channels are kept, encrypted, each bound to its channel. */
export abstract class ProviderKeyRepository {
  /**
   * Adds what `make` makes for the channel, which no other writer can touch in between.
   *
   * @throws DomainError `not_found`, `conflict` when the channel has the key already, and whatever `make` throws.
   */
  abstract add(channelId: string, make: (channel: ChannelSummary) => NewProviderKey): Promise<ProviderKeySummary>;

  /**
   * Writes what `change` makes of the key, which no other writer can touch in between.
   *
   * @param secret replaces the key; absent keeps it.
   * @throws DomainError `not_found`, `conflict` when the channel has the secret already, and whatever `change` throws.
   */
  abstract update(
    channelId: string,
    keyId: string,
    change: (current: ProviderKeySummary) => Omit<ProviderKeySummary, 'hint'>,
    secret?: string,
  ): Promise<ProviderKeySummary>;

  /** @throws DomainError `not_found`. */
  abstract remove(channelId: string, keyId: string): Promise<ProviderKeySummary>;

  /**
   * Disables a key that its provider refuses, unless it was replaced or disabled meanwhile, or is the last one that the
   * channel has.
   *
   * @param httpStatus what the provider refuses it with.
   * @returns whether it was disabled.
   */
  abstract disable(channelId: string, key: ProviderKey, httpStatus: number): Promise<boolean>;

  /**
   * Enables a key that was disabled automatically, unless it was replaced meanwhile.
   *
   * @returns whether it was enabled.
   */
  abstract enable(channelId: string, key: ProviderKey): Promise<boolean>;
}
