import { Injectable, Logger } from '@nestjs/common';
import type { ProviderKey } from '../channels/domain/provider-key.js';
import { nameOfProviderKey } from '../channels/domain/provider-key.js';
import { DisableRefusedKey } from '../channels/use-cases/disable-refused-key.js';
import { ChannelHealth, type ChannelFault } from './channel-health.js';
import type { Route } from './itinerary.js';
import { isFaultOfKey, KeyHealth } from './key-health.js';

/** Remembers how channels and their keys do, and has keys disabled that their provider refuses for good. */
@Injectable()
export class RouteHealth {
  private readonly logger = new Logger('Routing');

  constructor(
    private readonly channels: ChannelHealth,
    private readonly keys: KeyHealth,
    private readonly disableRefused: DisableRefusedKey,
  ) {}

  /** @param latencyMs how long the whole answer took. */
  succeeded({ channel, key }: Route, latencyMs: number): void {
    this.channels.succeeded(channel.id, latencyMs);
    if (key) this.keys.succeeded(key.id, latencyMs);
  }

  failed(route: Route, fault: ChannelFault): void {
    const { channel, key } = route;
    const isHopeless = key !== null && this.keys.failed(key.id, fault);
    const isOfOneKey =
      key !== null && isFaultOfKey(fault.httpStatus) && this.hasOther(route, (other) => !this.rests(other));
    this.channels.failed(channel.id, fault, { isOfOneKey });
    // The last key is not given up: it may be the provider that is wrong.
    if (isHopeless && this.hasOther(route, () => true)) this.disable(route, key, fault);
  }

  private disable({ channel }: Route, key: ProviderKey, { httpStatus = 0 }: ChannelFault): void {
    const names = { channel: channel.name, key: nameOfProviderKey(key), httpStatus };
    this.disableRefused.execute(channel.id, key, httpStatus).then(
      (isDisabled) => {
        if (isDisabled) this.logger.warn('A key was disabled because its provider refuses it.', names);
      },
      (error: unknown) => {
        // It rests, and the next refusal tries again.
        this.logger.error('A key that its provider refuses could not be disabled.', { ...names, err: error });
      },
    );
  }

  private hasOther({ channel, key }: Route, is: (other: ProviderKey) => boolean): boolean {
    return channel.keys.some((other) => other !== key && other.status === 'active' && is(other));
  }

  private rests({ id }: ProviderKey): boolean {
    return this.keys.isResting(id);
  }
}
