import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { DomainError, PAGE_LIMIT_DEFAULT, type Page, type PageRequest } from '@code-router/contracts';
import { SecretBox, UnreadableSecret } from '@code-router/secret-box';
import { apiKeyHint } from '../domain/api-key-hint.js';
import {
  ChannelRepository,
  type Channel,
  type ChannelModel,
  type ChannelProfile,
  type ChannelSettings,
  type ChannelStatus,
  type ChannelSummary,
  type ChannelTimeouts,
  type ProviderName,
} from '../domain/channel.js';
import {
  ALL_CHANNELS,
  DELETE_CHANNEL,
  FIND_CHANNEL,
  INSERT_CHANNEL,
  LOCK_CHANNEL,
  OPEN_CHANNEL,
  PAGE_OF_CHANNELS,
  UPDATE_CHANNEL,
} from './channels.sql.js';

@Injectable()
export class PostgresChannelRepository extends ChannelRepository {
  constructor(
    @InjectDataSource('gateway') private readonly dataSource: DataSource,
    private readonly secrets: SecretBox,
  ) {
    super();
  }

  override async all(): Promise<readonly Channel[]> {
    const rows = await this.dataSource.query<SealedRow[]>(ALL_CHANNELS);
    return rows.map((row) => this.opened(row));
  }

  override async open(id: string): Promise<Channel> {
    const [row] = await this.dataSource.query<SealedRow[]>(OPEN_CHANNEL, [id]);
    return this.opened(row ?? notFound(id));
  }

  override async delete(id: string): Promise<ChannelSummary> {
    // TypeORM answers a DELETE with its rows and their number.
    const [[row]] = await this.dataSource.query<[Row[], number]>(DELETE_CHANNEL, [id]);
    return summaryOf(row ?? notFound(id));
  }

  override async page(request: PageRequest): Promise<Page<ChannelSummary>> {
    const limit = request.limit ?? PAGE_LIMIT_DEFAULT;
    const below = request.cursor === undefined ? null : readCursor(request.cursor);
    // One more than the page holds tells whether there is another.
    const rows = await this.dataSource.query<Row[]>(PAGE_OF_CHANNELS, [below, limit + 1]);
    const shown = rows.slice(0, limit);
    const last = shown.at(-1);
    const items = shown.map(summaryOf);
    return rows.length > limit && last ? { items, nextCursor: writeCursor(last.position) } : { items };
  }

  override async get(id: string): Promise<ChannelSummary> {
    const [row] = await this.dataSource.query<Row[]>(FIND_CHANNEL, [id]);
    return summaryOf(row ?? notFound(id));
  }

  override async insert(channel: Channel): Promise<ChannelSummary> {
    const { apiKey, ...profile } = channel;
    return refusingTakenName(profile.name, async () => {
      const [row] = await this.dataSource.query<[Row]>(INSERT_CHANNEL, this.parametersOf(profile, apiKey));
      return summaryOf(row);
    });
  }

  override async update(
    id: string,
    change: (current: ChannelSummary) => ChannelProfile,
    apiKey?: string,
  ): Promise<ChannelSummary> {
    return this.dataSource.transaction(async (manager) => {
      const [current] = await manager.query<Row[]>(LOCK_CHANNEL, [id]);
      const changed = change(summaryOf(current ?? notFound(id)));
      const parameters = [...this.parametersOf(changed, apiKey ?? ''), apiKey !== undefined];
      return refusingTakenName(changed.name, async () => {
        // TypeORM answers an UPDATE with its rows and their number.
        const [rows] = await manager.query<[Row[], number]>(UPDATE_CHANNEL, parameters);
        return summaryOf(rows[0] ?? notFound(id));
      });
    });
  }

  private parametersOf(profile: ChannelProfile, apiKey: string): unknown[] {
    return [
      profile.id,
      profile.name,
      profile.provider,
      profile.baseUrl,
      JSON.stringify(profile.models),
      profile.groups,
      profile.priority,
      profile.weight,
      profile.status,
      JSON.stringify(profile.timeouts),
      JSON.stringify(profile.settings),
      profile.createdAt,
      profile.costMultiplierMillionths,
      apiKey === '' ? null : this.secrets.seal(apiKey, profile.id),
      apiKeyHint(apiKey),
    ];
  }

  private opened(row: SealedRow): Channel {
    const { apiKeyHint: _, ...profile } = summaryOf(row);
    return { ...profile, apiKey: this.openKey(row) };
  }

  private openKey(row: SealedRow): string {
    if (row.sealed_api_key === null) return '';
    try {
      return this.secrets.open(row.sealed_api_key, row.id);
    } catch (error) {
      if (!(error instanceof UnreadableSecret)) throw error;
      throw new UnreadableSecret(
        `The key of channel "${row.name}" cannot be decrypted: ${error.message}. Set CODE_ROUTER_ENCRYPTION_KEY to the ` +
          `key that it was stored under. If that key is lost, run UPDATE gateway.channels SET sealed_api_key = NULL, ` +
          `api_key_hint = NULL WHERE id = '${row.id}', and enter the channel's key again.`,
        { cause: error },
      );
    }
  }
}

interface Row {
  readonly id: string;
  readonly position: string;
  readonly name: string;
  readonly provider: ProviderName;
  readonly base_url: string;
  readonly api_key_hint: string | null;
  readonly models: readonly ChannelModel[];
  readonly groups: readonly string[] | null;
  readonly priority: number;
  readonly weight: number;
  readonly status: ChannelStatus;
  readonly timeouts: ChannelTimeouts;
  readonly settings: ChannelSettings;
  readonly cost_multiplier_millionths: string | null;
  readonly created_at: Date;
}

interface SealedRow extends Row {
  readonly sealed_api_key: Buffer | null;
}

function summaryOf(row: Row): ChannelSummary {
  return {
    id: row.id,
    name: row.name,
    provider: row.provider,
    baseUrl: row.base_url,
    apiKeyHint: row.api_key_hint,
    models: row.models,
    groups: row.groups,
    priority: row.priority,
    weight: row.weight,
    status: row.status,
    timeouts: row.timeouts,
    settings: row.settings,
    costMultiplierMillionths: row.cost_multiplier_millionths,
    createdAt: row.created_at.toISOString(),
  };
}

async function refusingTakenName<Result>(name: string, write: () => Promise<Result>): Promise<Result> {
  try {
    return await write();
  } catch (error) {
    const { constraint } = error as { constraint?: unknown };
    if (constraint !== 'channels_name_is_unique') throw error;
    throw new DomainError('conflict', `There is a channel named "${name}" already.`, { param: 'name' });
  }
}

function notFound(id: string): never {
  throw new DomainError('not_found', `There is no channel with the id ${id}.`, { param: 'id' });
}

/** Says what it belongs to, so that the cursor of another list is refused rather than misread. */
const CURSOR = /^channels (\d{1,18})$/;

function writeCursor(position: string): string {
  return Buffer.from(`channels ${position}`).toString('base64url');
}

function readCursor(cursor: string): string {
  const [, position] = CURSOR.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  if (position !== undefined) return position;
  throw new DomainError('invalid_request_error', 'cursor must be the nextCursor of the page before.', {
    param: 'cursor',
  });
}
