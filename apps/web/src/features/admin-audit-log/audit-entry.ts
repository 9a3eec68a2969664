/** One unsafe call of the administration, as the gateway wrote it down. Secrets are left out there. */
export interface AuditEntry {
  readonly id: string;
  readonly at: string;
  readonly actorId: string;
  readonly actorName: string | null;
  /** Method and path, with names in place of ids: `PATCH /api/accounts/:id`. */
  readonly action: string;
  readonly target: string | null;
  readonly before: unknown;
  readonly after: unknown;
  readonly ip: string | null;
  readonly requestId: string | null;
  readonly httpStatus: number;
}
