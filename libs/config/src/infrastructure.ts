/** The servers that this process works with; an injection token. */
export abstract class Infrastructure {
  /** PostgreSQL. */
  abstract readonly databaseUrl: string;
  /** NATS; absent: the in-process transport. */
  abstract readonly natsUrl?: string | undefined;
  /** Redis for BullMQ; absent: BullMQ on PostgreSQL. */
  abstract readonly redisUrl?: string | undefined;
}
