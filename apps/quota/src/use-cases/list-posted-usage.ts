import { Injectable } from '@nestjs/common';
import { POSTED_USAGE_LIMIT_MAX, type ListPostedUsage, type Page, type PostedUsage } from '@code-router/contracts';
import { InputChecks } from '../domain/input-checks.js';
import { PostedUsages, type PostedUsagePosition } from '../domain/posted-usage.js';

const LIMIT_DEFAULT = 200;
const CURSOR = /^([1-9]\d{0,17}):([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

/** Lists what was posted in a period, so that somebody can see whether they know of all of it. */
@Injectable()
export class ListPostedUsages {
  constructor(private readonly postedUsages: PostedUsages) {}

  /** @throws DomainError `invalid_request_error`. */
  async execute(request: ListPostedUsage): Promise<Page<PostedUsage>> {
    const checks = new InputChecks();
    const from = checks.instant('from', request.from);
    const to = checks.instant('to', request.to);
    if (from !== '' && to !== '' && from >= to) checks.refuse('to', 'must be later than from');
    const limit =
      checks.optional(request.limit, (value) =>
        checks.wholeNumber('limit', value, { min: 1, max: POSTED_USAGE_LIMIT_MAX }),
      ) ?? LIMIT_DEFAULT;
    const after = checks.optional(request.cursor, (cursor) => {
      const position = typeof cursor === 'string' ? positionOf(cursor) : undefined;
      if (!position) checks.refuse('cursor', 'must be the nextCursor of an earlier page of this list');
      return position;
    });
    checks.done();
    const found = await this.postedUsages.list({ from, to, after: after ?? null, limit });
    const shown = found.slice(0, limit);
    const items = shown.map(({ item }) => item);
    const last = shown.at(-1);
    return last && found.length > limit ? { items, nextCursor: cursorAt(last.position) } : { items };
  }
}

/** Opaque to callers, so that what it holds may change. */
function cursorAt({ postedAtMicros, reservationId }: PostedUsagePosition): string {
  return Buffer.from(`${postedAtMicros}:${reservationId}`).toString('base64url');
}

function positionOf(cursor: string): PostedUsagePosition | undefined {
  const [, micros, reservationId] = CURSOR.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  return micros && reservationId ? { postedAtMicros: BigInt(micros), reservationId } : undefined;
}
