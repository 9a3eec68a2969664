import type { UsageExportPart } from '@code-router/contracts';

/** What lies below one cursor, and not below the other where there is one. */
interface Stretch {
  readonly cursor: string;
  readonly until?: string | undefined;
  part?: Promise<UsageExportPart>;
}

type Ask = (from: { readonly cursor: string; readonly until?: string }) => Promise<UsageExportPart>;

/** Two processors of a database are busy with an export at most; so many parts are held at a time, and the one that is written. */
const ASKED_AT_ONCE = 2;

/**
 * The parts of an export in their order, from the first one on. Where a part says at which places further ones begin,
 * several are asked for at once; otherwise each names the next. None is asked for before the one so many places above it
 * was taken: who takes them slowly is not overrun.
 */
export async function* exportParts(first: UsageExportPart, ask: Ask): AsyncGenerator<UsageExportPart> {
  const ahead = followingOf(first);
  askFor(ahead, ask);
  yield first;
  for (let stretch = ahead.shift(); stretch; stretch = ahead.shift()) {
    const part = await (stretch.part ??= ask(wantedOf(stretch)));
    ahead.unshift(...followingOf(part, stretch.until));
    askFor(ahead, ask);
    yield part;
  }
}

function askFor(ahead: readonly Stretch[], ask: Ask): void {
  for (const stretch of ahead.slice(0, ASKED_AT_ONCE)) {
    if (stretch.part) continue;
    stretch.part = ask(wantedOf(stretch));
    // It is awaited when its turn comes; until then its failure must not count as nobody's.
    stretch.part.catch(() => undefined);
  }
}

function wantedOf({ cursor, until }: Stretch): { readonly cursor: string; readonly until?: string } {
  return until === undefined ? { cursor } : { cursor, until };
}

/** What a part leaves of its stretch. */
function followingOf({ nextCursor, cuts = [] }: UsageExportPart, until?: string): Stretch[] {
  if (nextCursor === undefined) return [];
  const starts = [nextCursor, ...cuts];
  return starts.map((cursor, index) => ({ cursor, until: starts[index + 1] ?? until }));
}
