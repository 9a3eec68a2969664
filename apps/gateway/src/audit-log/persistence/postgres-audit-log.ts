import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { DomainError, PAGE_LIMIT_DEFAULT, type Page } from '@code-router/contracts';
import {
  AuditLog,
  type AuditEntry,
  type AuditIntent,
  type AuditOutcome,
  type AuditQuery,
} from '../domain/audit-log.js';
import { BEGIN_ENTRY, END_ENTRY, PAGE_OF_ENTRIES } from './audit-log.sql.js';

@Injectable()
export class PostgresAuditLog extends AuditLog {
  constructor(@InjectDataSource('gateway') private readonly dataSource: DataSource) {
    super();
  }

  override async begin(intent: AuditIntent): Promise<void> {
    const { id, actorId, actorName, action, target, input, before, ip, requestId } = intent;
    const parameters = [id, actorId, actorName, action, target, json(input), json(before), ip, requestId];
    await this.dataSource.query(BEGIN_ENTRY, parameters);
  }

  override async end(id: string, { httpStatus, errorCode, after }: AuditOutcome): Promise<void> {
    await this.dataSource.query(END_ENTRY, [id, httpStatus, errorCode, json(after)]);
  }

  override async page(query: AuditQuery): Promise<Page<AuditEntry>> {
    const { actor = null, action, from = null, to = null, limit = PAGE_LIMIT_DEFAULT } = query;
    const below = query.cursor === undefined ? null : readCursor(query.cursor);
    const contained = action?.replaceAll(/[\\%_]/g, '\\$&') ?? null;
    // One more than the page holds tells whether there is another.
    const parameters = [below, actor, contained, from, to, limit + 1];
    const rows = await this.dataSource.query<Row[]>(PAGE_OF_ENTRIES, parameters);
    const shown = rows.slice(0, limit);
    const last = shown.at(-1);
    const items = shown.map(entryOf);
    return rows.length > limit && last ? { items, nextCursor: writeCursor(last.position) } : { items };
  }
}

interface Row {
  readonly id: string;
  readonly position: string;
  readonly at: Date;
  readonly actor_id: string;
  readonly actor_name: string;
  readonly action: string;
  readonly target: string;
  readonly input: unknown;
  readonly before: unknown;
  readonly ip: string;
  readonly request_id: string;
  readonly http_status: number | null;
  readonly error_code: string | null;
  readonly after: unknown;
}

function entryOf(row: Row): AuditEntry {
  return {
    id: row.id,
    at: row.at.toISOString(),
    actorId: row.actor_id,
    actorName: row.actor_name,
    action: row.action,
    target: row.target,
    input: row.input,
    before: row.before,
    after: row.after,
    ip: row.ip,
    requestId: row.request_id,
    httpStatus: row.http_status,
    errorCode: row.error_code,
  };
}

/** PostgreSQL keeps no NUL in JSON. */
function json(value: unknown): string | null {
  return value === null || value === undefined ? null : JSON.stringify(value).replaceAll('\\u0000', '');
}

/** Says what it belongs to, so that the cursor of another list is refused rather than misread. */
const CURSOR = /^audit-log (\d{1,18})$/;

function writeCursor(position: string): string {
  return Buffer.from(`audit-log ${position}`).toString('base64url');
}

function readCursor(cursor: string): string {
  const [, position] = CURSOR.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  if (position !== undefined) return position;
  throw new DomainError('invalid_request_error', 'cursor must be the nextCursor of the page before.', {
    param: 'cursor',
  });
}
