import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useAccount } from '../../api/session';
import classes from './navigation-list.module.css';
import { ACCOUNT_ITEMS, ADMIN_ITEMS, type NavigationItem } from './navigation';

/** The pages, in groups. */
export function NavigationList({ isAdministrator }: { readonly isAdministrator: boolean }) {
  const { t } = useTranslation('app');
  const account = useAccount();
  const reachable = ACCOUNT_ITEMS.filter(({ needs }) => !needs || account?.may(...needs));
  return (
    <nav aria-label={t('nav.main')}>
      <Items items={reachable} />
      {isAdministrator ? (
        <>
          <div className={classes.heading}>{t('nav.administration')}</div>
          <Items items={ADMIN_ITEMS} />
        </>
      ) : null}
    </nav>
  );
}

function Items({ items }: { readonly items: readonly NavigationItem[] }) {
  const { t } = useTranslation('app');
  return (
    <ul className={classes.list}>
      {items.map(({ to, text, icon: IconOf }) => (
        <li key={to}>
          <Link to={to} className={classes.item} activeOptions={{ exact: to === '/admin' }}>
            <IconOf size={18} stroke={1.7} aria-hidden />
            {t(`nav.${text}`)}
          </Link>
        </li>
      ))}
    </ul>
  );
}
