import type { ErrorCode } from './errors.js';
import { defineRequest } from './message.js';

/** What an administrator is about to do. Secrets in it are left out by whoever writes it down. */
export interface AdministratorAction {
  /** UUID, by which its outcome is told. */
  readonly id: string;
  readonly actorId: string;
  readonly actorName: string;
  /** The method and the route, `PUT /api/queues/api/queues/:queueName/pause`. */
  readonly action: string;
  /** The path, with its names and ids. */
  readonly target: string;
  /** What was sent. */
  readonly input: unknown;
  /** What it is about, as it is now; null when that cannot be read. */
  readonly before: unknown;
  readonly ip: string;
  readonly requestId: string;
}

/** What came of it. */
export interface AdministratorActionOutcome {
  readonly id: string;
  readonly httpStatus: number;
  readonly errorCode: ErrorCode | null;
  readonly after: unknown;
}

/** The gateway keeps the audit log; services with pages of their own for administrators write to it through this. */
export const AdministratorActionMessages = {
  /** Answered when it is written down: what cannot be must not be done. */
  begin: defineRequest<AdministratorAction, { readonly begun: true }>('gateway.administrator-actions.begin'),
  end: defineRequest<AdministratorActionOutcome, { readonly ended: true }>('gateway.administrator-actions.end'),
} as const;
