import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import type { UsageData } from '@code-router/contracts';
import { recordOf, type RecordRow } from '../../persistence/record-rows.js';
import { RecordedUsages, type RecordedUsage } from '../domain/recorded-usage.js';

/** By the primary key of every month that there is: a request may have been completed long before it was posted. */
const FIND_RECORDED = `
  SELECT id AS "reservationId", outcome, amount_nanos AS "amountNanos" FROM usage_records WHERE id = ANY ($1::uuid[])`;

/** $1 from, $2 to, $3 and $4 the last one of the batch before or null, $5 how many. */
const READ_RECORDED = `
  SELECT * FROM usage_records
   WHERE completed_at >= $1 AND completed_at < $2
     AND ($3::timestamptz IS NULL OR (completed_at, id) < ($3, $4::uuid))
   ORDER BY completed_at DESC, id DESC LIMIT $5`;

@Injectable()
export class PostgresRecordedUsages extends RecordedUsages {
  constructor(@InjectDataSource('usage-log') private readonly dataSource: DataSource) {
    super();
  }

  override async find(reservationIds: readonly string[]): Promise<ReadonlyMap<string, RecordedUsage>> {
    const rows = await this.dataSource.query<RecordedUsage[]>(FIND_RECORDED, [reservationIds]);
    return new Map(rows.map((row) => [row.reservationId, row]));
  }

  override async *read(from: Date, to: Date, batchMax: number): AsyncGenerator<readonly UsageData[]> {
    for (let last: RecordRow | undefined; ;) {
      const parameters = [from, to, last?.completed_at ?? null, last?.id ?? null, batchMax];
      const rows = await this.dataSource.query<RecordRow[]>(READ_RECORDED, parameters);
      if (rows.length === 0) return;
      yield rows.map(usageOf);
      last = rows.at(-1);
    }
  }
}

/** What was published, without what only the log says of it. */
function usageOf(row: RecordRow): UsageData {
  const { id: _id, recordedAt: _recordedAt, correctsOrphan: _correctsOrphan, ...usage } = recordOf(row);
  return usage;
}
