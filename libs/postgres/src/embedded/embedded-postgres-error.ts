/** The embedded PostgreSQL cannot be used. The message is for a person at a terminal and says what to do. */
export class EmbeddedPostgresError extends Error {
  override readonly name = 'EmbeddedPostgresError';
}
