import { describe, expect, it } from '@jest/globals';
import type { ClientEntry } from '../clients/client-book.js';
import { priceOf } from '../price.js';
import type { UpstreamEntry } from '../upstream/upstream-book.js';
import { checkBooks, type Books } from './check-books.js';
import type { AccountEntry, ChargeEntry, RecordEntry, ReservationEntry } from './database-book.js';
import type { UnchargedReason } from './uncharged.js';
import { countOf } from './verdict.js';

const [PROMPT, PIECES] = [100, 20];
const PRICE = priceOf(PROMPT, PIECES);
const CHECKPOINT_MS_MAX = 350;

const client: ClientEntry = {
  callId: 'call-1',
  gateway: 'gateway',
  stream: true,
  requestId: 'req_1',
  outcome: 'succeeded',
  status: 200,
  pieces: PIECES,
  receivingMs: 1_000,
  toldNanos: PRICE,
  endedAt: 0,
};
const served: UpstreamEntry = {
  callId: 'call-1',
  requestId: 'req_1',
  promptTokens: PROMPT,
  produced: PIECES,
  reported: PIECES,
  isWhole: true,
};
const reservation: ReservationEntry = {
  id: 'reservation-1',
  requestId: 'req_1',
  status: 'posted',
  checkpointNanos: null,
  isSettledLate: false,
  isOverdue: false,
};
const charge: ChargeEntry = { reservationId: 'reservation-1', charges: 1, netNanos: PRICE };
const record: RecordEntry = {
  reservationId: 'reservation-1',
  requestId: 'req_1',
  outcome: 'settled',
  amountNanos: PRICE,
  inputTokens: PROMPT,
  outputTokens: PIECES,
  isEstimated: false,
};
const account: AccountEntry = {
  accountId: 'account-1',
  balanceNanos: 1_000_000n - PRICE,
  heldNanos: 0n,
  ledgerNanos: 1_000_000n - PRICE,
  chargedNanos: PRICE,
  recordedNanos: PRICE,
  hourlyNanos: PRICE,
  dailyNanos: PRICE,
};

interface Parts {
  readonly clients: readonly ClientEntry[];
  readonly upstream: readonly UpstreamEntry[];
  readonly reservations: readonly ReservationEntry[];
  readonly charges: readonly ChargeEntry[];
  readonly records: readonly RecordEntry[];
  readonly accounts: readonly AccountEntry[];
  readonly events: ReadonlyMap<string, number>;
  readonly audit: Readonly<Record<string, number>>;
}

/** One request that all books agree about, but for the parts that a test says otherwise. */
function books(parts: Partial<Parts> = {}): Books {
  const { clients = [client], upstream = [served], reservations = [reservation], charges = [charge] } = parts;
  const { records = [record], accounts = [account], audit = { accountsBelowTheirOverdraft: 0 } } = parts;
  const { events = new Map([['reservation-1', 1]]) } = parts;
  const database = { reservations, charges, records, accounts };
  return { clients, upstream, database, events, audit, checkpointMsMax: CHECKPOINT_MS_MAX };
}

function rulesBroken(parts: Partial<Parts>): readonly string[] {
  return [...new Set(checkBooks(books(parts)).violations.map(({ rule }) => rule))].toSorted();
}

/** A gateway died in the middle: charged at its checkpoint, where there is one. */
const CHECKPOINT = priceOf(PROMPT, 5);
const expired = { ...reservation, status: 'expired', checkpointNanos: CHECKPOINT } as const;
const atCheckpoint = { ...charge, netNanos: CHECKPOINT };
const orphan = { ...record, outcome: 'orphaned', amountNanos: CHECKPOINT, outputTokens: 5, isEstimated: true } as const;
const orphanEvent = new Map([['reservation-1:orphaned', 1]]);
const accountAt = (nanos: bigint): AccountEntry => ({
  ...account,
  balanceNanos: 1_000_000n - nanos,
  ledgerNanos: 1_000_000n - nanos,
  chargedNanos: nanos,
  recordedNanos: nanos,
  hourlyNanos: nanos,
  dailyNanos: nanos,
});

describe('checkBooks', () => {
  it('finds nothing where all books agree, and counts', () => {
    expect(checkBooks(books())).toMatchObject({ requests: 1, succeeded: 1, settled: 1, orphaned: 0, violations: [] });
  });

  it('counts one lost when one settlement was dropped, and tells what each book says', () => {
    const verdict = checkBooks(books({ charges: [], records: [], accounts: [accountAt(0n)] }));
    expect(countOf(verdict, 'lost')).toBe(1);
    const lost = verdict.violations.find(({ rule }) => rule === 'lost');
    expect(lost).toMatchObject({ about: 'req_1', says: { ledger: 'nothing', log: 'nothing' } });
    expect(lost?.says['client']).toContain('succeeded');
    expect(lost?.says['upstream']).toContain('20 produced');
  });

  it('counts one lost when no book but those of client and upstream know the request', () => {
    const nothing = { reservations: [], charges: [], records: [], events: new Map(), accounts: [accountAt(0n)] };
    expect(rulesBroken(nothing)).toEqual(['lost']);
  });

  it('counts one lost when a hold expired without a checkpoint though the client saw it succeed', () => {
    const parts = {
      reservations: [{ ...expired, checkpointNanos: null }],
      charges: [],
      records: [],
      events: new Map(),
    };
    expect(rulesBroken({ ...parts, accounts: [accountAt(0n)] })).toEqual(['lost']);
  });

  it('counts one lost when a client that went away in the middle was refunded whole', () => {
    const released = { ...record, outcome: 'released', amountNanos: 0n, inputTokens: 0, outputTokens: 0 } as const;
    const left = { ...client, outcome: 'left', pieces: 3, toldNanos: undefined } as const;
    const parts = { clients: [left], reservations: [{ ...reservation, status: 'voided' as const }], charges: [] };
    expect(rulesBroken({ ...parts, records: [released], accounts: [accountAt(0n)] })).toEqual(['lost']);
  });

  it('counts one double when one reservation was charged twice', () => {
    expect(countOf(checkBooks(books({ charges: [{ ...charge, charges: 2 }] })), 'double')).toBe(1);
  });

  it('counts one double when two reservations of one request were charged', () => {
    const twin = { ...reservation, id: 'reservation-2' };
    const charges = [charge, { ...charge, reservationId: 'reservation-2' }];
    expect(countOf(checkBooks(books({ reservations: [reservation, twin], charges })), 'double')).toBe(1);
  });

  it('accepts what was charged at its checkpoint when its gateway died, whole for the client or not', () => {
    for (const outcome of ['succeeded', 'broken', 'left'] as const) {
      const parts = { clients: [{ ...client, outcome }], reservations: [expired], charges: [atCheckpoint] };
      expect(
        rulesBroken({ ...parts, records: [orphan], accounts: [accountAt(CHECKPOINT)], events: orphanEvent }),
      ).toEqual([]);
    }
  });

  describe('of a request that is not charged', () => {
    const unknown = { charges: [], records: [], events: new Map(), accounts: [accountAt(0n)] };
    const died = [{ ...expired, checkpointNanos: null }];
    const released = [{ ...reservation, status: 'voided' as const }];
    const releasedRecord = {
      ...record,
      outcome: 'released',
      amountNanos: 0n,
      inputTokens: 0,
      outputTokens: 0,
    } as const;
    const atRelease = { ...unknown, records: [releasedRecord], events: new Map([['reservation-1', 1]]) };
    const broken = { ...client, outcome: 'broken', pieces: 0, receivingMs: 0, toldNanos: undefined } as const;
    const failed = { ...broken, outcome: 'failed', status: 503 } as const;
    const received = { ...broken, pieces: 4, receivingMs: CHECKPOINT_MS_MAX };
    const silent = { ...served, produced: 0, reported: null, isWhole: false };

    it.each<[UnchargedReason, string, Partial<Parts>]>([
      ['not admitted', 'nothing was held and nothing asked for', { clients: [failed], upstream: [], reservations: [] }],
      [
        'without an answer',
        'the upstream answered an error',
        { ...atRelease, clients: [failed], reservations: released },
      ],
      ['not produced', 'nothing was asked for yet', { clients: [broken], upstream: [], reservations: died }],
      ['not produced', 'the upstream had not begun', { clients: [broken], upstream: [silent], reservations: died }],
      ['not received', 'the client got nothing of what there was', { clients: [broken], reservations: died }],
      ['before its first checkpoint', 'the client got some for a moment', { clients: [received], reservations: died }],
    ])('accepts it as %s when %s', (reason, _, parts) => {
      const verdict = checkBooks(books({ ...unknown, ...parts }));
      expect(verdict).toMatchObject({ violations: [], uncharged: { [reason]: 1 } });
    });

    it.each<[string, Partial<Parts>]>([
      ['something was asked for without a hold', { clients: [failed], reservations: [] }],
      [
        'its client got pieces, and its hold was released',
        { ...atRelease, clients: [received], reservations: released },
      ],
      [
        'its client got pieces for longer than a checkpoint takes',
        { clients: [{ ...received, receivingMs: CHECKPOINT_MS_MAX + 1 }], reservations: died },
      ],
      [
        'its client got pieces of which the upstream knows nothing',
        { clients: [received], upstream: [], reservations: died },
      ],
    ])('counts it as lost when %s', (_, parts) => {
      const verdict = checkBooks(books({ ...unknown, ...parts }));
      expect(countOf(verdict, 'lost')).toBe(1);
      expect(verdict.uncharged).toEqual({});
    });
  });

  it('accepts a count by the gateway where the upstream sent no usage, and only there', () => {
    const estimated = { ...record, isEstimated: true };
    expect(rulesBroken({ records: [estimated], upstream: [{ ...served, reported: null }] })).toEqual([]);
    expect(rulesBroken({ records: [estimated] })).toEqual(['wrong-tokens']);
  });

  it.each<[string, readonly string[], Partial<Parts>]>([
    ['a request is in the ledger and not in the log', ['ledger-and-log-differ'], { records: [] }],
    [
      'ledger and log have different amounts',
      ['ledger-and-log-differ'],
      { charges: [{ ...charge, netNanos: PRICE + 1n }] },
    ],
    [
      'the sums of ledger and log differ',
      ['ledger-and-log-differ', 'roll-up-differs'],
      { accounts: [{ ...account, recordedNanos: PRICE + 1n }] },
    ],
    [
      'an amount does not follow from its tokens',
      ['ledger-and-log-differ', 'wrong-amount'],
      { records: [{ ...record, amountNanos: PRICE - 1n }] },
    ],
    [
      'tokens are not those that the upstream reported',
      ['wrong-amount', 'wrong-tokens'],
      { records: [{ ...record, inputTokens: PROMPT - 1 }] },
    ],
    [
      'more is billed than was produced',
      ['billed-beyond-what-was-produced'],
      { upstream: [{ ...served, produced: PIECES - 1 }] },
    ],
    ['less is billed than was received', ['billed-below-what-was-received'], { clients: [{ ...client, pieces: 21 }] }],
    ['something is billed that nobody served', ['billed-without-a-call'], { upstream: [] }],
    [
      'the client was told another amount',
      ['client-was-told-another-amount'],
      { clients: [{ ...client, toldNanos: 1n }] },
    ],
    [
      'a hold is still there',
      ['hold-past-its-lease'],
      { reservations: [{ ...reservation, status: 'pending', isOverdue: true }] },
    ],
    ['a balance is not its ledger', ['balance-is-not-its-ledger'], { accounts: [{ ...account, balanceNanos: 5n }] }],
    ['something is held by nobody', ['balance-is-not-its-ledger'], { accounts: [{ ...account, heldNanos: 5n }] }],
    ['hours and records differ', ['roll-up-differs'], { accounts: [{ ...account, hourlyNanos: 5n }] }],
    ['no consumer saw an event', ['event-never-seen'], { events: new Map() }],
    ['an audit of the product finds something', ['audit'], { audit: { accountsBelowTheirOverdraft: 1 } }],
    [
      'a call did not end',
      ['hung'],
      { clients: [client, { ...client, callId: 'call-2', requestId: 'req_2', outcome: 'hung', pieces: 0 }] },
    ],
  ])('complains when %s', (_, rules, parts) => {
    expect(rulesBroken(parts)).toEqual(rules);
  });

  it('counts what clients were refused with', () => {
    const refused = { ...client, outcome: 'refused', status: 402, pieces: 0 } as const;
    const unanswered = { ...refused, outcome: 'failed', status: undefined } as const;
    const clients = [refused, refused, unanswered].map((entry, index) => ({ ...entry, requestId: `req_${index + 2}` }));
    expect(checkBooks(books({ clients: [client, ...clients] })).refusals).toEqual({ 0: 1, 402: 2 });
  });

  it('finds the request of a call that never got an answer through the upstream', () => {
    const clients = [{ ...client, requestId: undefined, outcome: 'left', pieces: 0, toldNanos: undefined } as const];
    expect(rulesBroken({ clients })).toEqual([]);
  });
});
