import { DomainError } from '@code-router/contracts';
import { isSameOrigin, parseBaseUrl } from './base-url.js';
import { isText, refuse, unless, type Problem } from './problems.js';
import { isSecret, SECRET_FAULT } from './provider-key-input.js';
import {
  DEFAULT_CHANNEL_TIMEOUTS,
  type ChannelModel,
  type ChannelProfile,
  type ChannelSettings,
  type ChannelStatus,
  type ChannelSummary,
  type ChannelTimeouts,
  type ProviderName,
} from './channel.js';

/** A model as it is entered; it has the same name upstream when no other is given. */
export interface ChannelModelInput {
  readonly name: string;
  readonly upstreamName?: string;
}

/** What an operator enters for a new channel. */
export interface CreateChannelInput {
  readonly name: string;
  readonly provider: ProviderName;
  /** Required but for the demo provider, which has none. */
  readonly baseUrl?: string;
  readonly apiKey?: string;
  readonly models: readonly ChannelModelInput[];
  readonly groups?: readonly string[] | null;
  readonly priority?: number;
  readonly weight?: number;
  readonly status?: ChannelStatus;
  readonly timeouts?: Partial<ChannelTimeouts>;
  readonly settings?: ChannelSettings;
  readonly costMultiplierMillionths?: string | null;
}

/** What an operator changes; the provider stays what it is, since settings and models only mean something to it. */
export type UpdateChannelInput = Partial<Omit<CreateChannelInput, 'provider'>>;

export const CHANNEL_LIMITS = {
  nameLengthMax: 100,
  modelsMax: 1_000,
  modelNameLengthMax: 200,
  groupsMax: 100,
  priorityMax: 1_000_000,
  weightMax: 1_000_000,
  timeoutMsMin: 100,
  timeoutMsMax: 3_600_000,
  settingsMax: 32,
  settingLengthMax: 1_000,
} as const;

/**
 * A new channel's profile.
 *
 * @throws DomainError `invalid_request_error` naming every field that is wrong.
 */
export function newChannelProfile(
  input: CreateChannelInput,
  identity: { readonly id: string; readonly createdAt: string },
): ChannelProfile {
  return checked(
    {
      ...identity,
      name: input.name,
      provider: input.provider,
      baseUrl: input.baseUrl ?? '',
      models: input.models.map(channelModel),
      groups: input.groups ?? null,
      priority: input.priority ?? 0,
      weight: input.weight ?? 1,
      status: input.status ?? 'active',
      timeouts: { ...DEFAULT_CHANNEL_TIMEOUTS, ...definedOf(input.timeouts) },
      settings: input.settings ?? {},
      costMultiplierMillionths: input.costMultiplierMillionths ?? null,
    },
    input.apiKey,
  );
}

/**
 * What becomes of a channel when it is edited.
 *
 * @throws DomainError `invalid_request_error` naming every field that is wrong.
 */
export function editedChannelProfile(current: ChannelSummary, input: UpdateChannelInput): ChannelProfile {
  if (Object.values(input).every((value) => value === undefined)) {
    throw new DomainError('invalid_request_error', 'Give at least one field to change.');
  }
  const { apiKeyHint: _, keys, ...profile } = current;
  const edited = checked(
    {
      ...profile,
      name: input.name ?? profile.name,
      baseUrl: input.baseUrl ?? profile.baseUrl,
      models: input.models?.map(channelModel) ?? profile.models,
      groups: input.groups === undefined ? profile.groups : input.groups,
      priority: input.priority ?? profile.priority,
      weight: input.weight ?? profile.weight,
      status: input.status ?? profile.status,
      timeouts: { ...profile.timeouts, ...definedOf(input.timeouts) },
      settings: input.settings ?? profile.settings,
      costMultiplierMillionths:
        input.costMultiplierMillionths === undefined
          ? profile.costMultiplierMillionths
          : input.costMultiplierMillionths,
    },
    input.apiKey,
  );
  const moves = keys.length > 0 && !isSameOrigin(profile.baseUrl, edited.baseUrl);
  // None of them is lost because somebody thought that there is one.
  if (keys.length > 1 && (moves || input.apiKey !== undefined)) {
    refuse([['apiKey', `is for a channel of one key, and this one has ${keys.length}: ${SEVERAL_KEYS}`]]);
  }
  // Otherwise whoever may edit a channel could have its stored key sent to a server of their own, and read it there.
  if (moves && input.apiKey === undefined) {
    refuse([['apiKey', 'must be given again when baseUrl moves to another server']]);
  }
  return edited;
}

const SEVERAL_KEYS =
  'change them one at a time, below /keys, and remove all but one before baseUrl moves to another server';

const SETTING_NAME = /^[A-Za-z]\w{0,63}$/;

/** A multiplier of at most a million, as those of groups. */
const MILLIONTHS = /^\d{1,13}$/;

function checked(profile: ChannelProfile, apiKey: string | undefined): ChannelProfile {
  const limits = CHANNEL_LIMITS;
  const baseUrl = checkedBaseUrl(profile);
  const problems: Problem[] = [
    ...unless(
      isText(profile.name, limits.nameLengthMax) && profile.name === profile.name.trim(),
      'name',
      `must be 1 to ${limits.nameLengthMax} characters, without spaces around it`,
    ),
    ...('fault' in baseUrl ? [['baseUrl', baseUrl.fault] as const] : []),
    ...unless(apiKey === undefined || isSecret(apiKey), 'apiKey', SECRET_FAULT),
    ...unless(
      profile.provider !== 'demo' || apiKey === undefined || apiKey === '',
      'apiKey',
      'has no meaning for the demo provider',
    ),
    ...modelProblems(profile.models),
    ...groupProblems(profile.groups),
    ...unless(isWhole(profile.priority, -limits.priorityMax, limits.priorityMax), 'priority', 'is out of bounds'),
    ...unless(isWhole(profile.weight, 1, limits.weightMax), 'weight', `must be a whole number of at least 1`),
    ...(Object.keys(DEFAULT_CHANNEL_TIMEOUTS) as (keyof ChannelTimeouts)[]).flatMap((name) =>
      unless(
        isWhole(profile.timeouts[name], limits.timeoutMsMin, limits.timeoutMsMax),
        `timeouts.${name}`,
        `must be ${limits.timeoutMsMin} to ${limits.timeoutMsMax} milliseconds`,
      ),
    ),
    ...settingProblems(profile.settings),
    ...unless(
      profile.costMultiplierMillionths === null || MILLIONTHS.test(profile.costMultiplierMillionths),
      'costMultiplierMillionths',
      'must be a whole number of millionths as a decimal string, or null when it is not known',
    ),
  ];
  if (problems.length > 0) refuse(problems);
  return 'url' in baseUrl ? { ...profile, baseUrl: baseUrl.url } : profile;
}

function checkedBaseUrl({ provider, baseUrl }: ChannelProfile): ReturnType<typeof parseBaseUrl> {
  switch (provider) {
    case 'demo':
      return baseUrl === '' ? { url: '' } : { fault: 'has no meaning for the demo provider' };
    case 'openai-compatible':
      return parseBaseUrl(baseUrl);
    default:
      return unknownProvider(provider);
  }
}

function modelProblems(models: readonly ChannelModel[]): Problem[] {
  const { modelsMax, modelNameLengthMax } = CHANNEL_LIMITS;
  if (models.length === 0 || models.length > modelsMax) return [['models', `must be 1 to ${modelsMax} models`]];
  const faults = models.flatMap(({ name, upstreamName }, index) => [
    ...unless(isText(name, modelNameLengthMax), `models.${index}.name`, 'must be a name without control characters'),
    ...unless(isText(upstreamName, modelNameLengthMax), `models.${index}.upstreamName`, 'must not be empty'),
  ]);
  const repeated = firstRepeated(models.map(({ name }) => name));
  return [...faults, ...unless(repeated === undefined, 'models', `name ${repeated} more than once`)];
}

function groupProblems(groups: readonly string[] | null): Problem[] {
  if (groups === null) return [];
  const { groupsMax } = CHANNEL_LIMITS;
  const repeated = firstRepeated(groups);
  return [
    ...unless(
      groups.length > 0 && groups.length <= groupsMax,
      'groups',
      `must be 1 to ${groupsMax} groups, or null for all; disable a channel that no group may use`,
    ),
    ...unless(repeated === undefined, 'groups', `name ${repeated} more than once`),
  ];
}

function settingProblems(settings: ChannelSettings): Problem[] {
  const { settingsMax, settingLengthMax } = CHANNEL_LIMITS;
  const entries = Object.entries(settings);
  return [
    ...unless(
      entries.length <= settingsMax && entries.every(([name]) => SETTING_NAME.test(name)),
      'settings',
      `must be at most ${settingsMax}, named by letters, digits and underscores`,
    ),
    ...entries.flatMap(([name, value]) =>
      unless(
        typeof value === 'number' ? Number.isFinite(value) : isText(value, settingLengthMax),
        `settings.${name}`,
        'must be a number or a text that is not empty',
      ),
    ),
  ];
}

function channelModel({ name, upstreamName }: ChannelModelInput): ChannelModel {
  return { name, upstreamName: upstreamName ?? name };
}

function isWhole(value: number, min: number, max: number): boolean {
  return Number.isInteger(value) && value >= min && value <= max;
}

function firstRepeated(names: readonly string[]): string | undefined {
  return names.find((name, index) => names.indexOf(name) !== index);
}

/** Leaves out what is undefined, which would otherwise replace a default. */
function definedOf<Value extends object>(value: Value | undefined): Partial<Value> {
  return Object.fromEntries(Object.entries(value ?? {}).filter(([, entry]) => entry !== undefined)) as Partial<Value>;
}

function unknownProvider(provider: never): never {
  throw new RangeError(`Unknown provider ${String(provider)}`);
}
