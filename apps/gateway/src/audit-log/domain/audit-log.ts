import type { Page, PageRequest } from '@code-router/contracts';

/** What an administrator is about to do. Nothing secret is in it. */
export interface AuditIntent {
  /** UUID. */
  readonly id: string;
  readonly actorId: string;
  readonly actorName: string;
  /** The method and the route, `PATCH /api/accounts/:id`. */
  readonly action: string;
  /** The path, with its ids. */
  readonly target: string;
  /** What was sent. */
  readonly input: unknown;
  /** What it was about, as it was then; null when there was nothing, or nothing that can be read. */
  readonly before: unknown;
  readonly ip: string;
  readonly requestId: string;
}

/** What came of it. */
export interface AuditOutcome {
  readonly httpStatus: number;
  /** The code of the error that it was refused with. */
  readonly errorCode: string | null;
  /** What it was about, as it is from then on. */
  readonly after: unknown;
}

/** An entry whose outcome is not known has none: the gateway ended before it could write it. */
export interface AuditEntry extends AuditIntent {
  /** ISO 8601. */
  readonly at: string;
  readonly httpStatus: number | null;
  readonly errorCode: string | null;
  readonly after: unknown;
}

export interface AuditQuery extends PageRequest {
  /** A user's id or name. */
  readonly actor?: string;
  /** What the action must contain, in any case. */
  readonly action?: string;
  /** ISO 8601; inclusive. */
  readonly from?: string;
  /** ISO 8601; exclusive. */
  readonly to?: string;
}

/** Everything that administrators did or tried. Nothing in it is ever changed or deleted. */
export abstract class AuditLog {
  /** To be awaited before anything is done: what cannot be written down must not happen. */
  abstract begin(intent: AuditIntent): Promise<void>;

  abstract end(id: string, outcome: AuditOutcome): Promise<void>;

  /** Newest first. @throws DomainError `invalid_request_error` when the cursor is not one of its own. */
  abstract page(query: AuditQuery): Promise<Page<AuditEntry>>;
}
