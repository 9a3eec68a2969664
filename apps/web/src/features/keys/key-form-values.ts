import type { BudgetPeriod, MemberKey } from '@code-router/contracts';
import { creditsText } from '@code-router/money';
import { parseCredits } from '../../ui/money-format';

/** A key as it is filled in: text wherever a field may be empty. */
export interface KeyFormValues extends Record<string, unknown> {
  readonly name: string;
  readonly quotaCredits: string;
  readonly budgetCredits: string;
  readonly budgetPeriod: BudgetPeriod;
  readonly budgetDays: number | string;
  readonly budgetTimeZone: string;
  readonly group: string;
  readonly allowedModels: readonly string[];
  readonly allowedIps: readonly string[];
  readonly requestsPerMinute: number | string;
  readonly tokensPerMinute: number | string;
  readonly concurrencyMax: number | string;
  readonly showCost: boolean;
  /** As `<input type="datetime-local">` has it, in the reader's time zone. */
  readonly expiresAt: string;
}

const DAYS_DEFAULT = 7;

export function emptyKey(): KeyFormValues {
  return {
    name: '',
    quotaCredits: '',
    budgetCredits: '',
    budgetPeriod: 'monthly',
    budgetDays: DAYS_DEFAULT,
    budgetTimeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    group: '',
    allowedModels: [],
    allowedIps: [],
    requestsPerMinute: '',
    tokensPerMinute: '',
    concurrencyMax: '',
    showCost: true,
    expiresAt: '',
  };
}

export function valuesOfKey(key: MemberKey): KeyFormValues {
  const { budget } = key;
  const empty = emptyKey();
  return {
    name: key.name,
    quotaCredits: key.quotaNanos === null ? '' : creditsText(BigInt(key.quotaNanos)),
    budgetCredits: budget ? creditsText(BigInt(budget.nanos)) : '',
    budgetPeriod: budget?.period ?? empty.budgetPeriod,
    budgetDays: budget?.days ?? empty.budgetDays,
    budgetTimeZone: budget?.timeZone ?? empty.budgetTimeZone,
    group: key.group ?? '',
    allowedModels: key.allowedModels ?? [],
    allowedIps: key.allowedIps ?? [],
    requestsPerMinute: key.requestsPerMinute ?? '',
    tokensPerMinute: key.tokensPerMinute ?? '',
    concurrencyMax: key.concurrencyMax ?? '',
    showCost: key.showCost,
    expiresAt: key.expiresAt === null ? '' : localMinute(new Date(key.expiresAt)),
  };
}

/** What the API is sent; an empty field is null: no such restriction. */
export function keyOfValues(values: KeyFormValues): Readonly<Record<string, unknown>> {
  const { budgetCredits, budgetPeriod, budgetDays, budgetTimeZone } = values;
  return {
    name: values.name.trim(),
    quotaCredits: values.quotaCredits.trim() === '' ? null : values.quotaCredits.trim(),
    budget:
      budgetCredits.trim() === ''
        ? null
        : {
            credits: budgetCredits.trim(),
            period: budgetPeriod,
            timeZone: budgetTimeZone,
            ...(budgetPeriod === 'days' ? { days: Number(budgetDays) } : {}),
          },
    group: values.group === '' ? null : values.group,
    allowedModels: values.allowedModels.length === 0 ? null : values.allowedModels,
    allowedIps: values.allowedIps.length === 0 ? null : values.allowedIps,
    requestsPerMinute: numberOrNull(values.requestsPerMinute),
    tokensPerMinute: numberOrNull(values.tokensPerMinute),
    concurrencyMax: numberOrNull(values.concurrencyMax),
    showCost: values.showCost,
    expiresAt: values.expiresAt === '' ? null : new Date(values.expiresAt).toISOString(),
  };
}

/** Whether it is nothing, or an amount that is written exactly. */
export function isAmountOrEmpty(text: string): boolean {
  return text.trim() === '' || parseCredits(text) !== null;
}

function numberOrNull(value: number | string): number | null {
  return value === '' ? null : Number(value);
}

function localMinute(moment: Date): string {
  const local = new Date(moment.getTime() - moment.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 'YYYY-MM-DDTHH:MM'.length);
}
