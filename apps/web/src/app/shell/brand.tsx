import { Link } from '@tanstack/react-router';
import { useSite } from '../../api/site';
import classes from './brand.module.css';

export function Brand() {
  const { name } = useSite();
  return (
    <Link to="/" className={classes.brand} aria-label={name}>
      <svg viewBox="0 0 32 32" width="26" height="26" aria-hidden>
        <rect width="32" height="32" rx="8" className={classes.tile} />
        <path
          d="M8 10h5.500c4 0 5 12 9 12H25M8 22h5.500c1.600 0 2.700-1.900 3.600-4.200M25 10h-2.500c-1.300 0-2.300 1.200-3.100 2.900"
          className={classes.lines}
        />
      </svg>
      <span className={classes.name}>{name}</span>
    </Link>
  );
}
