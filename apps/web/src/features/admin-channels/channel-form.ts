import { multiplierText, parseMultiplier } from '../../ui/fields/exact-product';
import type { Channel } from './channel';

/** What the form of a channel holds. Texts stay as they are typed until they are sent. */
export interface ChannelValues extends Record<string, unknown> {
  readonly name: string;
  readonly provider: Channel['provider'];
  readonly baseUrl: string;
  readonly apiKey: string;
  /** One model a line: `name`, or `name = upstream name`. */
  readonly models: string;
  readonly groups: string[];
  readonly priority: number | string;
  readonly weight: number | string;
  readonly status: Channel['status'];
  readonly connectMs: number | string;
  readonly firstByteMs: number | string;
  readonly idleMs: number | string;
  readonly costMultiplier: string;
  /** One setting a line: `name = value`. */
  readonly settings: string;
}

/** What the fields are called in the API. */
export const CHANNEL_FIELD_NAMES = {
  connectMs: 'timeouts.connectMs',
  firstByteMs: 'timeouts.firstByteMs',
  idleMs: 'timeouts.idleMs',
  costMultiplier: 'costMultiplierMillionths',
};

export function channelValues(channel: Channel | null): ChannelValues {
  const { connectMs, firstByteMs, idleMs } = channel?.timeouts ?? {
    connectMs: 5_000,
    firstByteMs: 120_000,
    idleMs: 120_000,
  };
  const cost = channel?.costMultiplierMillionths ?? null;
  return {
    name: channel?.name ?? '',
    provider: channel?.provider ?? 'openai-compatible',
    baseUrl: channel?.baseUrl ?? '',
    apiKey: '',
    models: (channel?.models ?? [])
      .map(({ name, upstreamName }) => (name === upstreamName ? name : `${name} = ${upstreamName}`))
      .join('\n'),
    groups: [...(channel?.groups ?? [])],
    priority: channel?.priority ?? 0,
    weight: channel?.weight ?? 1,
    status: channel?.status ?? 'active',
    connectMs,
    firstByteMs,
    idleMs,
    costMultiplier: cost === null ? '' : multiplierText(cost),
    settings: Object.entries(channel?.settings ?? {})
      .map(([name, value]) => `${name} = ${value}`)
      .join('\n'),
  };
}

/** The body of a request that creates or edits a channel. */
export function channelBody(values: ChannelValues, before: Channel | null): Readonly<Record<string, unknown>> {
  const { name, provider, baseUrl, apiKey, models, groups, priority, weight, status } = values;
  const isDemo = provider === 'demo';
  const cost = values.costMultiplier.trim() === '' ? null : parseMultiplier(values.costMultiplier);
  return {
    name: name.trim(),
    ...(before ? {} : { provider }),
    ...(isDemo ? {} : { baseUrl: baseUrl.trim() }),
    // A key that is not typed stays what it is.
    ...(apiKey === '' ? {} : { apiKey }),
    models: pairs(models).map(([model, upstreamName]) =>
      upstreamName === null ? { name: model } : { name: model, upstreamName },
    ),
    groups: groups.length === 0 ? null : groups,
    priority: Number(priority),
    weight: Number(weight),
    status,
    timeouts: {
      connectMs: Number(values.connectMs),
      firstByteMs: Number(values.firstByteMs),
      idleMs: Number(values.idleMs),
    },
    settings: Object.fromEntries(
      pairs(values.settings).map(([setting, value]) => [
        setting,
        /^-?\d+$/.test(value ?? '') ? Number(value) : (value ?? ''),
      ]),
    ),
    ...(cost === null && (before?.costMultiplierMillionths ?? null) === null
      ? {}
      : { costMultiplierMillionths: cost?.toString() ?? null }),
  };
}

/** Lines of `name` or `name = value`; empty ones are passed over. */
export function pairs(text: string): readonly (readonly [name: string, value: string | null])[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((line) => {
      const at = line.indexOf('=');
      return at < 0 ? [line, null] : [line.slice(0, at).trim(), line.slice(at + 1).trim()];
    });
}
