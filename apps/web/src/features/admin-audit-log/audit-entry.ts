/** One unsafe call of the administration, as the gateway wrote it down. Secrets are left out there. */
export interface AuditEntry {
  readonly id: string;
  readonly at: string;
  readonly actorId: string;
  readonly actorName: string;
  /** Method and path, with names in place of ids: `PATCH /api/accounts/:id`. */
  readonly action: string;
  /** The path, with its ids. */
  readonly target: string;
  /** What was sent. */
  readonly input: unknown;
  readonly before: unknown;
  readonly after: unknown;
  readonly ip: string;
  readonly requestId: string;
  /** Null when the gateway ended before it was answered. */
  readonly httpStatus: number | null;
  readonly errorCode: string | null;
}
