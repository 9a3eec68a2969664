import type { Channel } from '../channels/domain/channel.js';
import type { ProviderKey } from '../channels/domain/provider-key.js';
import type { KeyHealth } from './key-health.js';

/** Whether requests can be sent to the channel: it needs no key, or has one that is enabled. */
export function hasUsableKey({ keys }: Pick<Channel, 'keys'>): boolean {
  return keys.length === 0 || keys.some(isEnabled);
}

/** Until when all of the channel's keys rest, in milliseconds since 1970; 0 while one does not, or it needs none. */
export function keysRestUntil({ keys }: Pick<Channel, 'keys'>, health: KeyHealth): number {
  let until = Infinity;
  for (const key of keys) {
    if (!isEnabled(key)) continue;
    if (!health.isResting(key.id)) return 0;
    until = Math.min(until, health.restsUntil(key.id));
  }
  return until === Infinity ? 0 : until;
}

/**
 * The key of the channel that a request is sent with: of those that are enabled and do not rest, the one that has waited
 * longest. When all rest, the one that will be the first to be well is tried all the same, since its rest may be a guess.
 *
 * @param tried keys that this request was sent with already.
 * @returns null for a channel that needs no key; undefined when there is no key, or no other one that does not rest.
 */
export function chooseKey(
  { keys }: Pick<Channel, 'keys'>,
  health: KeyHealth,
  tried: readonly ProviderKey[],
): ProviderKey | null | undefined {
  if (keys.length < 2) return tried.length > 0 ? undefined : keys.length === 0 ? null : keys.find(isEnabled);
  const now = health.now();
  let chosen: ProviderKey | undefined;
  let leastTurn = Infinity;
  for (const key of keys) {
    if (!isEnabled(key) || tried.includes(key)) continue;
    const { turn, restsUntil } = health.standingOf(key.id);
    if (restsUntil > now || turn >= leastTurn) continue;
    chosen = key;
    leastTurn = turn;
  }
  if (!chosen && tried.length === 0) chosen = firstToBeWell(keys.filter(isEnabled), health);
  if (chosen) health.chosen(chosen.id);
  return chosen;
}

function firstToBeWell(keys: readonly ProviderKey[], health: KeyHealth): ProviderKey | undefined {
  return keys.toSorted((a, b) => health.restsUntil(a.id) - health.restsUntil(b.id))[0];
}

function isEnabled({ status }: ProviderKey): boolean {
  return status === 'active';
}
