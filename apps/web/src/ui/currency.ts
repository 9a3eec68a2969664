import { currentLocale } from '../i18n/i18n';

/** A price in a currency that people pay with: cents to "$20.00". Whole cents; each is shown, so nothing is rounded. */
export function formatPrice(minorUnits: number, currency: string): string {
  const style = new Intl.NumberFormat(currentLocale(), { style: 'currency', currency: currency.toUpperCase() });
  const places = style.resolvedOptions().maximumFractionDigits ?? 2;
  return style.format(minorUnits / 10 ** places);
}

/** How many places the currency has: two for cents, none for yen. */
export function placesOf(currency: string): number {
  const { maximumFractionDigits } = new Intl.NumberFormat('en', {
    style: 'currency',
    currency: currency.toUpperCase(),
  }).resolvedOptions();
  return maximumFractionDigits ?? 2;
}
