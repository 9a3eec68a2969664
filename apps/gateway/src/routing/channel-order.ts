import type { Channel } from '../channels/domain/channel.js';

/**
 * The order in which channels are tried: those that work before those that rest after failures, higher priority first,
 * and among equals at random in proportion to their weights.
 *
 * @param random numbers from 0 to 1, exclusive.
 */
export function orderChannels(
  channels: readonly Channel[],
  isResting: (channel: Channel) => boolean,
  random: () => number = Math.random,
): readonly Channel[] {
  if (channels.length < 2) return channels;
  const ranked = channels.map((channel) => ({
    channel,
    resting: isResting(channel) ? 1 : 0,
    // Sorting by random^(1/weight) draws without replacement in proportion to the weights (Efraimidis and Spirakis, 2006).
    draw: random() ** (1 / channel.weight),
  }));
  ranked.sort((a, b) => a.resting - b.resting || b.channel.priority - a.channel.priority || b.draw - a.draw);
  return ranked.map(({ channel }) => channel);
}
