import { Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { UsageInvoiceLine } from '@code-router/contracts';
import { Amount } from './amount';
import classes from './invoice-lines.module.css';
import { formatMultiplier } from './money-format';
import { formatCount } from './number-format';
import { useMoney } from './use-money';
import { currentLocale } from '../i18n/i18n';

/** How the amount of a request comes about: rate times quantity for each class, their sum, the multiplier, the amount. */
export function InvoiceLines({ line }: { readonly line: UsageInvoiceLine }) {
  const { t } = useTranslation('ui');
  const { format } = useMoney();
  return (
    <div className={classes.scroller} tabIndex={0} role="region" aria-label={t('invoice.label')}>
      <table className={classes.invoice} aria-label={t('invoice.label')}>
        <thead>
          <tr>
            <th scope="col">{t('invoice.what')}</th>
            <th scope="col">{t('invoice.quantity')}</th>
            <th scope="col">{t('invoice.rate')}</th>
            <th scope="col">{t('invoice.amount')}</th>
          </tr>
        </thead>
        <tbody>
          {line.lines.map(({ kind, class: className, quantity, rateNanos, per, exactNanos }) => (
            <tr key={className ?? kind}>
              <th scope="row">{className === undefined ? t('invoice.call') : t(`class.${className}`)}</th>
              <td>{formatCount(quantity)}</td>
              <td>
                {format(rateNanos, { precision: 'exact' })}
                {per === 1_000_000 ? <span className={classes.per}> / 1M</span> : null}
              </td>
              <td>{exactAmount(exactNanos)}</td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row" colSpan={3}>
              {t('invoice.sum')}
            </th>
            <td>{exactAmount(line.sumNanos)}</td>
          </tr>
          <tr>
            <th scope="row" colSpan={3}>
              {t('invoice.multiplier')}{' '}
              <span className={classes.per}>({t(`multiplier.${line.multiplierSource}`)})</span>
            </th>
            <td>× {formatMultiplier(BigInt(line.multiplierMillionths), currentLocale())}</td>
          </tr>
          <tr className={classes.total}>
            <th scope="row" colSpan={3}>
              {t('invoice.charged')}
            </th>
            <td>
              <Amount nanos={line.amountNanos} exact />
            </td>
          </tr>
        </tfoot>
      </table>
      <Text size="xs" c={line.agrees ? 'dimmed' : 'red'} mt="xs">
        {line.agrees
          ? t('invoice.agrees')
          : t('invoice.differs', { amount: format(line.recomputedNanos, { precision: 'exact' }) })}
      </Text>
    </div>
  );

  /** An amount that may be a fraction of a nano: the whole nanos, and what is beyond them as it stands. */
  function exactAmount(nanosDecimal: string): string {
    const [whole = '0', fraction = ''] = nanosDecimal.split('.');
    return fraction === '' || /^0*$/.test(fraction)
      ? format(whole, { precision: 'exact' })
      : t('invoice.nanos', { amount: `${formatCount(whole)}.${fraction}` });
  }
}
