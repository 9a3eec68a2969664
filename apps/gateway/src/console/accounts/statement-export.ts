import { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { stringify } from 'csv-stringify';
import {
  PAGE_LIMIT_MAX,
  QuotaMessages,
  type LedgerEntry,
  type Statement,
  type StatementRequest,
} from '@code-router/contracts';
import { ServiceClient } from '@code-router/messaging';
import { creditsText } from '@code-router/money';

type Period = Pick<StatementRequest, 'accountId' | 'from' | 'to'>;

/** One line of the file, by its columns. */
interface Line {
  readonly at: string;
  readonly kind: string;
  readonly reference: string;
  readonly note: string;
  readonly key_id: string;
  readonly amount_nanos: string;
  readonly amount_credits: string;
  readonly balance_nanos: string;
  readonly balance_credits: string;
}

const COLUMNS: readonly (keyof Line)[] = [
  'at',
  'kind',
  'reference',
  'note',
  'key_id',
  'amount_nanos',
  'amount_credits',
  'balance_nanos',
  'balance_credits',
];

/** Writes statements as files. They are read page by page, as fast as the file is taken. */
@Injectable()
export class StatementExport {
  constructor(private readonly client: ServiceClient) {}

  /**
   * Begins with the opening balance, ends with the closing one, and has every entry in between.
   *
   * @throws DomainError as the statement itself does, before anything is written.
   */
  async csv(period: Period): Promise<{ readonly name: string; readonly content: Readable }> {
    const first = await this.page(period);
    const lines = Readable.from(this.lines(period, first));
    const content = stringify({ header: true, columns: COLUMNS });
    lines.on('error', (error) => content.destroy(error));
    content.on('close', () => lines.destroy());
    const day = (instant: string) => instant.slice(0, 10);
    return { name: `statement-${day(first.from)}-${day(first.to)}.csv`, content: lines.pipe(content) };
  }

  private async *lines(period: Period, first: Statement): AsyncGenerator<Line> {
    yield balance('opening_balance', first.from, first.openingNanos);
    for (let page = first; ;) {
      yield* page.items.map(lineOf);
      if (page.nextCursor === undefined) break;
      page = await this.page({ ...period, cursor: page.nextCursor });
    }
    yield balance('closing_balance', first.to, first.closingNanos);
  }

  private page(request: StatementRequest): Promise<Statement> {
    return this.client.request(QuotaMessages.statement, { ...request, limit: PAGE_LIMIT_MAX });
  }
}

function lineOf(entry: LedgerEntry): Line {
  return {
    at: entry.createdAt,
    kind: entry.kind,
    reference: harmless(entry.reference),
    note: harmless(entry.note),
    key_id: entry.keyId ?? '',
    amount_nanos: entry.amountNanos,
    amount_credits: creditsText(BigInt(entry.amountNanos)),
    balance_nanos: entry.balanceAfterNanos,
    balance_credits: creditsText(BigInt(entry.balanceAfterNanos)),
  };
}

function balance(kind: string, at: string, nanos: string): Line {
  const none = { reference: '', note: '', key_id: '', amount_nanos: '', amount_credits: '' };
  return { ...none, at, kind, balance_nanos: nanos, balance_credits: creditsText(BigInt(nanos)) };
}

/**
 * Spreadsheets run what begins like a formula, whoever wrote it.
 *
 * @see https://owasp.org/www-community/attacks/CSV_Injection
 */
function harmless(text: string): string {
  return /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
}
