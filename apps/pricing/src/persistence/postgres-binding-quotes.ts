import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import type { BindingQuote, Quote } from '@code-router/contracts';
import { BindingQuotes, type PromisedQuote } from '../domain/binding-quotes.js';
import { DELETE_EXPIRED_QUOTES, FIND_BINDING_QUOTE, KEEP_BINDING_QUOTE } from './binding-quotes.sql.js';

/** Far more than anybody uses in a day, and little enough that nobody fills the disk. */
const UNEXPIRED_MAX = 10_000;

@Injectable()
export class PostgresBindingQuotes extends BindingQuotes {
  constructor(@InjectDataSource('pricing') private readonly dataSource: DataSource) {
    super();
  }

  override async keep(accountId: string, quote: PromisedQuote, ttlMs: number): Promise<BindingQuote | null> {
    const id = `quote_${randomUUID().replaceAll('-', '')}`;
    const values = [id, accountId, JSON.stringify(quote), ttlMs, UNEXPIRED_MAX];
    const [row] = await this.dataSource.query<{ expires_at: Date }[]>(KEEP_BINDING_QUOTE, values);
    return row ? { id, accountId, quote, expiresAt: row.expires_at.toISOString() } : null;
  }

  override async find(id: string, accountId: string): Promise<BindingQuote | null> {
    const [row] = await this.dataSource.query<{ quote: Quote; expires_at: Date }[]>(FIND_BINDING_QUOTE, [
      id,
      accountId,
    ]);
    return row ? { id, accountId, quote: row.quote, expiresAt: row.expires_at.toISOString() } : null;
  }

  override async deleteExpired(): Promise<number> {
    // For a DELETE, TypeORM answers with the rows and how many they are.
    const [, count] = await this.dataSource.query<[unknown[], number]>(DELETE_EXPIRED_QUOTES);
    return count;
  }
}
