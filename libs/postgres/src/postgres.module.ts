import { Module, type DynamicModule } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DataSource, type DataSourceOptions, type MixedList } from 'typeorm';
import { Infrastructure } from '@code-router/config';
import { connectionSettings, type ConnectionNeeds } from './connections.js';

export interface ServiceDatabase extends ConnectionNeeds {
  /** The service's name; its data source is injected by it, and its schema is named after it. */
  readonly service: string;
  readonly entities?: MixedList<new () => object>;
  /** In the order in which they run. */
  readonly migrations: readonly (new () => object)[];
  /** Connections at most; 10 when absent. */
  readonly connectionsMax?: number;
}

/** Any number; it only has to differ from other advisory locks of the product. */
const MIGRATION_LOCK = 726_500;

/** Gives a service its own schema, which no other service reads, and keeps it up to date. */
@Module({})
export class PostgresModule {
  static forService(database: ServiceDatabase): DynamicModule {
    return {
      module: PostgresModule,
      imports: [
        TypeOrmModule.forRootAsync({
          name: database.service,
          inject: [Infrastructure],
          useFactory: (infrastructure: Infrastructure) => dataSourceOptions(infrastructure.databaseUrl, database),
          dataSourceFactory: async (options) =>
            openDataSource(options as DataSourceOptions, schemaOf(database.service)),
        }),
      ],
      exports: [TypeOrmModule],
    };
  }
}

/** How a service connects: every statement finds its own schema first. */
export function dataSourceOptions(databaseUrl: string, database: ServiceDatabase) {
  const schema = schemaOf(database.service);
  const sessionSettings = { search_path: `${schema},public`, ...database.sessionSettings };
  return {
    name: database.service,
    type: 'postgres' as const,
    url: databaseUrl,
    schema,
    applicationName: `code-router ${database.service}`,
    poolSize: database.connectionsMax ?? 10,
    entities: (database.entities ?? []) as DataSourceOptions['entities'],
    migrations: [...database.migrations] as never,
    migrationsTransactionMode: 'each' as const,
    extra: connectionSettings(databaseUrl, { ...database, sessionSettings }),
    // Nest would otherwise retry a wrong URL for half a minute before it says so, and say that it retries.
    retryAttempts: 0,
    toRetry: () => false,
  };
}

/** Connects, creates the schema and runs the migrations that have not run; replicas that start together take turns. */
export async function openDataSource(options: DataSourceOptions, schema: string): Promise<DataSource> {
  const dataSource = await connected(options);
  const lock = dataSource.createQueryRunner();
  try {
    await lock.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await lock.query(`CREATE SCHEMA IF NOT EXISTS ${schema}`);
    await dataSource.runMigrations();
  } catch (error) {
    await dataSource.destroy();
    throw error;
  } finally {
    if (!lock.isReleased && dataSource.isInitialized) {
      await lock.query('SELECT pg_advisory_unlock($1)', [MIGRATION_LOCK]);
      await lock.release();
    }
  }
  return dataSource;
}

/** @throws Error whose sentence names the setting to look at; what the driver said is its cause. */
async function connected(options: DataSourceOptions): Promise<DataSource> {
  try {
    return await new DataSource(options).initialize();
  } catch (error) {
    throw new Error(`DATABASE_URL: ${failureOf(error as NodeJS.ErrnoException, options)}`, { cause: error });
  }
}

const UNREACHABLE = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH']);

function failureOf({ code, message }: NodeJS.ErrnoException, options: DataSourceOptions): string {
  const { host } = new URL((options as { url: string }).url);
  if (code === undefined && /timeout/.test(message)) return `no PostgreSQL answers at ${host} in time`;
  if (code === undefined || !UNREACHABLE.has(code)) return message;
  return `no PostgreSQL answers at ${host} (${code}). Is it running?`;
}

/** The PostgreSQL schema of a service: `usage-log` owns `usage_log`. */
export function schemaOf(service: string): string {
  return service.replaceAll('-', '_');
}
