import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { SiteTextStore, type SiteTexts } from '../domain/site-texts.js';

@Injectable()
export class PostgresSiteTexts extends SiteTextStore {
  constructor(@InjectDataSource('gateway') private readonly dataSource: DataSource) {
    super();
  }

  override async read(): Promise<SiteTexts> {
    const [row] = await this.dataSource.query<[SiteTexts]>('SELECT name, announcement FROM site');
    return row;
  }

  override async change({ name, announcement }: Partial<SiteTexts>): Promise<SiteTexts> {
    // TypeORM answers an UPDATE with its rows and their number.
    const [[row]] = await this.dataSource.query<[[SiteTexts], number]>(CHANGE, [
      name !== undefined,
      name ?? null,
      announcement !== undefined,
      announcement ?? null,
    ]);
    return row;
  }
}

/** $1, $3: whether to replace the text that follows. */
const CHANGE = `
  UPDATE site
     SET name = CASE WHEN $1 THEN $2 ELSE name END,
         announcement = CASE WHEN $3 THEN $4 ELSE announcement END
  RETURNING name, announcement`;
