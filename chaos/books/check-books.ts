import type { ClientEntry } from '../clients/client-book.js';
import { priceOf } from '../price.js';
import type { UpstreamEntry } from '../upstream/upstream-book.js';
import type { AccountEntry, ChargeEntry, DatabaseBook, RecordEntry, ReservationEntry } from './database-book.js';
import { whyUncharged } from './uncharged.js';
import type { Rule, Verdict, Violation } from './verdict.js';

/** Everything that is compared. */
export interface Books {
  readonly clients: readonly ClientEntry[];
  readonly upstream: readonly UpstreamEntry[];
  readonly database: DatabaseBook;
  /** How often an independent consumer saw each event, by its id. */
  readonly events: ReadonlyMap<string, number>;
  /** What the product's own audit counts, by check. */
  readonly audit: Readonly<Record<string, number>>;
  /** By when a stream that reaches its client has its first checkpoint, in milliseconds. */
  readonly checkpointMsMax: number;
}

/** One request, as each book has it. */
interface Case {
  readonly requestId: string;
  readonly client: ClientEntry | undefined;
  /** Every call that the gateway made for it. */
  readonly served: readonly UpstreamEntry[];
  /** Those that were decided for it; all but the last were refused and are not kept. */
  readonly reservations: readonly ReservationEntry[];
  readonly records: readonly RecordEntry[];
  readonly charges: readonly ChargeEntry[];
}

/** Compares the books. It is pure: the same books give the same verdict. */
export function checkBooks(books: Books): Verdict {
  const cases = casesOf(books);
  const violations = [
    ...cases.flatMap((one) => [
      ...checkLost(one, books.checkpointMsMax),
      ...checkDouble(one),
      ...checkLog(one),
      ...checkAmount(one),
      ...checkProduced(one),
      ...checkHold(one),
      ...checkEvents(one, books.events),
    ]),
    ...books.clients.filter(({ outcome }) => outcome === 'hung').map(hung),
    ...books.database.accounts.flatMap(checkAccount),
    ...Object.entries(books.audit).flatMap(([check, count]) =>
      count === 0 ? [] : [{ rule: 'audit' as const, about: check, says: { audit: `counts ${count}` } }],
    ),
  ];
  const { records } = books.database;
  return {
    requests: books.clients.length,
    succeeded: books.clients.filter(({ outcome }) => outcome === 'succeeded').length,
    settled: records.filter(({ outcome }) => outcome === 'settled').length,
    orphaned: records.filter(({ outcome }) => outcome === 'orphaned').length,
    released: records.filter(({ outcome }) => outcome === 'released').length,
    refusals: countRefusals(books.clients),
    uncharged: countUncharged(cases, books.checkpointMsMax),
    eventsSeen: books.events.size,
    eventsSeenAgain: [...books.events.values()].reduce((sum, times) => sum + times - 1, 0),
    violations,
  };
}

/** Every request is charged, in full or at its checkpoint, or there is a reason why not. */
function checkLost(one: Case, checkpointMsMax: number): readonly Violation[] {
  return isCharged(one.charges) || whyUncharged(one, checkpointMsMax) ? [] : [violation('lost', one)];
}

function checkDouble(one: Case): readonly Violation[] {
  const charged = one.charges.filter(({ netNanos }) => netNanos > 0n);
  const recorded = one.records.filter(({ amountNanos }) => amountNanos > 0n);
  const isDouble = charged.length > 1 || recorded.length > 1 || one.charges.some(({ charges }) => charges > 1);
  return isDouble ? [violation('double', one)] : [];
}

/** The usage log has a record for each reservation that ended, with the amount that the ledger charged. */
function checkLog(one: Case): readonly Violation[] {
  return one.reservations.flatMap((reservation) => {
    const charged = netOf(one.charges, reservation.id);
    const records = one.records.filter(({ reservationId }) => reservationId === reservation.id);
    const recorded = records.reduce((sum, { amountNanos }) => sum + amountNanos, 0n);
    // A hold whose gateway died before anything was delivered may end without a record.
    const needsRecord = reservation.status === 'posted' || reservation.status === 'voided' || charged > 0n;
    const agrees = charged === recorded && (!needsRecord || records.length > 0);
    return agrees ? [] : [violation('ledger-and-log-differ', one)];
  });
}

/** The amount follows from the record's own tokens at the suite's prices, and is what the client was told. */
function checkAmount(one: Case): readonly Violation[] {
  return one.records.flatMap((record) => {
    if (record.outcome === 'released') return record.amountNanos === 0n ? [] : [violation('wrong-amount', one)];
    const { inputTokens, outputTokens, amountNanos } = record;
    if (amountNanos !== priceOf(inputTokens, outputTokens)) return [violation('wrong-amount', one)];
    const told = one.client?.toldNanos;
    const wasTold = told !== undefined && record.outcome === 'settled';
    return wasTold && told !== amountNanos ? [violation('client-was-told-another-amount', one)] : [];
  });
}

/** What is billed is what the upstream says it produced: never more, and for whoever received pieces never fewer. */
function checkProduced(one: Case): readonly Violation[] {
  const { served, client } = one;
  return one.records.flatMap((record) => {
    if (record.outcome === 'released') return [];
    if (served.length === 0) return [violation('billed-without-a-call', one)];
    const produced = Math.max(...served.map((call) => call.produced));
    if (record.outputTokens > produced) return [violation('billed-beyond-what-was-produced', one)];
    if (record.outcome === 'orphaned') return [];
    if (record.outputTokens < (client?.pieces ?? 0)) return [violation('billed-below-what-was-received', one)];
    const isExact = record.isEstimated
      ? // Only an answer whose usage never came may be counted by the gateway.
        client?.outcome !== 'succeeded' || served.some(({ reported }) => reported === null)
      : served.some((call) => call.reported === record.outputTokens && call.promptTokens === record.inputTokens);
    return isExact ? [] : [violation('wrong-tokens', one)];
  });
}

/** Everything has recovered, and nobody calls: nothing is held any more. */
function checkHold(one: Case): readonly Violation[] {
  return one.reservations.some(({ status, isOverdue }) => status === 'pending' || isOverdue)
    ? [violation('hold-past-its-lease', one)]
    : [];
}

/** A consumer saw at least once each event that moved money or ended a hold. */
function checkEvents(one: Case, events: Books['events']): readonly Violation[] {
  return one.reservations.flatMap(({ id, status, isSettledLate, checkpointNanos }) => {
    const needed =
      status === 'posted' || status === 'voided' || isSettledLate
        ? [id]
        : status === 'expired' && (checkpointNanos ?? 0n) > 0n
          ? [`${id}:orphaned`]
          : [];
    return needed.some((event) => !events.has(event)) ? [violation('event-never-seen', one)] : [];
  });
}

function checkAccount(account: AccountEntry): readonly Violation[] {
  const { accountId: about, balanceNanos, ledgerNanos, heldNanos, chargedNanos } = account;
  const { recordedNanos, hourlyNanos, dailyNanos } = account;
  const says = {
    account: `balance ${balanceNanos}, held ${heldNanos}`,
    ledger: `sum ${ledgerNanos}, charged ${chargedNanos}`,
    log: `records ${recordedNanos}, hours ${hourlyNanos}, days ${dailyNanos}`,
  };
  const rules: Rule[] = [];
  if (balanceNanos !== ledgerNanos || heldNanos !== 0n) rules.push('balance-is-not-its-ledger');
  if (recordedNanos !== hourlyNanos || recordedNanos !== dailyNanos) rules.push('roll-up-differs');
  if (recordedNanos !== chargedNanos) rules.push('ledger-and-log-differ');
  return rules.map((rule) => ({ rule, about, says }));
}

function countRefusals(clients: readonly ClientEntry[]): Verdict['refusals'] {
  const refused = clients.filter(({ outcome }) => outcome === 'refused' || outcome === 'failed');
  return Object.fromEntries(
    [...Map.groupBy(refused, ({ status }) => status ?? 0)].map(([status, found]) => [status, found.length]),
  );
}

function countUncharged(cases: readonly Case[], checkpointMsMax: number): Verdict['uncharged'] {
  const reasons = cases.flatMap((one) => {
    const reason = isCharged(one.charges) ? undefined : whyUncharged(one, checkpointMsMax);
    return reason ? [reason] : [];
  });
  return Object.fromEntries(
    [...Map.groupBy(reasons, (reason) => reason)].map(([reason, found]) => [reason, found.length]),
  );
}

function isCharged(charges: readonly ChargeEntry[]): boolean {
  return charges.some(({ netNanos }) => netNanos > 0n);
}

function netOf(charges: readonly ChargeEntry[], id: string): bigint {
  return charges.reduce((sum, charge) => (charge.reservationId === id ? sum + charge.netNanos : sum), 0n);
}

function hung({ callId, gateway, status, pieces }: ClientEntry): Violation {
  const client = `at ${gateway}: status ${status ?? 'none'}, ${pieces} pieces, and then nothing`;
  return { rule: 'hung', about: callId, says: { client } };
}

/** Brings together what the books say of one request. The upstream knows both its names, whatever the client heard. */
function casesOf({ clients, upstream, database }: Books): readonly Case[] {
  const requestOfCall = new Map(upstream.map(({ callId, requestId }) => [callId, requestId]));
  const clientOf = new Map(
    clients.map((client) => [client.requestId ?? requestOfCall.get(client.callId) ?? client.callId, client]),
  );
  const served = groupBy(upstream, ({ requestId }) => requestId);
  const reservations = groupBy(database.reservations, ({ requestId }) => requestId);
  const records = groupBy(database.records, ({ requestId }) => requestId);
  const requestOfReservation = new Map([
    ...database.records.map(({ reservationId, requestId }) => [reservationId, requestId] as const),
    ...database.reservations.map(({ id, requestId }) => [id, requestId] as const),
  ]);
  const charges = groupBy(
    database.charges,
    ({ reservationId }) => requestOfReservation.get(reservationId) ?? reservationId,
  );
  const ids = new Set([...clientOf.keys(), ...reservations.keys(), ...records.keys(), ...charges.keys()]);
  return [...ids].map((requestId) => ({
    requestId,
    client: clientOf.get(requestId),
    served: served.get(requestId) ?? [],
    reservations: reservations.get(requestId) ?? [],
    records: records.get(requestId) ?? [],
    charges: charges.get(requestId) ?? [],
  }));
}

function groupBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): ReadonlyMap<string, readonly Item[]> {
  return Map.groupBy(items, keyOf);
}

function violation(rule: Rule, one: Case): Violation {
  const { client, served, reservations, records, charges } = one;
  return {
    rule,
    about: one.requestId,
    says: {
      client: client
        ? `${client.callId} ${client.stream ? 'streamed' : 'plain'}, ${client.outcome}, status ${client.status ?? 'none'}, ` +
          `${client.pieces} pieces, told ${client.toldNanos ?? 'nothing'}`
        : 'nothing',
      upstream: listed(
        served.map(
          (call) =>
            `${call.produced} produced of ${call.promptTokens} prompt tokens, reported ${call.reported ?? 'nothing'}` +
            `${call.isWhole ? ', whole' : ''}`,
        ),
      ),
      reservations: listed(
        reservations.map(
          ({ id, status, checkpointNanos, isSettledLate }) =>
            `${id} ${status}, checkpoint ${checkpointNanos ?? 'none'}${isSettledLate ? ', settled late' : ''}`,
        ),
      ),
      ledger: listed(
        charges.map(({ reservationId, charges: count, netNanos }) => `${reservationId} ${netNanos} in ${count}`),
      ),
      log: listed(
        records.map(
          ({ outcome, amountNanos, inputTokens, outputTokens, isEstimated }) =>
            `${outcome} ${amountNanos} for ${inputTokens} + ${outputTokens}${isEstimated ? ', estimated' : ''}`,
        ),
      ),
    },
  };
}

function listed(items: readonly string[]): string {
  return items.length === 0 ? 'nothing' : items.join('; ');
}
