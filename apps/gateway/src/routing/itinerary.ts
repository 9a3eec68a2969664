import type { Channel } from '../channels/domain/channel.js';
import type { ProviderKey } from '../channels/domain/provider-key.js';
import { chooseKey } from './key-choice.js';
import type { KeyHealth } from './key-health.js';

export const ATTEMPTS_MAX = 4;
/** While another channel is left, which may be the one that works. */
const KEYS_MAX = ATTEMPTS_MAX - 1;

/** A channel, and the key that it is asked with; null when it needs none. */
export interface Route {
  readonly channel: Channel;
  readonly key: ProviderKey | null;
}

/** Where a request is sent, one try after the other: to other keys of a channel that refuses one, then to other channels. */
export class Itinerary {
  private attempts = 0;
  private position = 0;
  private tried: ProviderKey[] = [];

  /** @param channels in the order in which they are to be tried. */
  constructor(
    private readonly channels: readonly Channel[],
    private readonly health: KeyHealth,
  ) {}

  /**
   * @param isFaultOfKey whether the last try failed for its key alone.
   * @returns undefined when there is nowhere else to go.
   */
  next(isFaultOfKey: boolean): Route | undefined {
    if (this.attempts === ATTEMPTS_MAX) return undefined;
    if (this.attempts > 0 && !(isFaultOfKey && this.mayTryAnotherKey())) this.nextChannel();
    for (; this.position < this.channels.length; this.nextChannel()) {
      const channel = this.channels[this.position] as Channel;
      const key = chooseKey(channel, this.health, this.tried);
      if (key === undefined) continue;
      if (key) this.tried.push(key);
      this.attempts += 1;
      return { channel, key };
    }
    return undefined;
  }

  private mayTryAnotherKey(): boolean {
    return this.tried.length > 0 && (this.tried.length < KEYS_MAX || this.position === this.channels.length - 1);
  }

  private nextChannel(): void {
    this.position += 1;
    this.tried = [];
  }
}
