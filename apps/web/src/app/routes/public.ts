import { createRoute, redirect } from '@tanstack/react-router';
import { readCalculatorSearch, readModelSearch, readPricingSearch } from '../../api/catalog-search';
import { mayBeSignedIn } from '../../api/session';
import { page } from '../page';
import { rootRoute } from './root';

/** Where to go after signing in: a path of this site, and never another site. */
function readReturnTo(value: unknown): string | undefined {
  return typeof value === 'string' && /^\/(?![/\\])/.test(value) ? value : undefined;
}

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

const homeRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: mayBeSignedIn() ? '/dashboard' : '/pricing' });
  },
});

const pricingRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/pricing',
  validateSearch: readPricingSearch,
  ...page(() => import('../../features/pricing/pricing-page'), 'PricingPage', 'pricing'),
});

// Names of models have slashes, so they are no part of a path.
const modelRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/pricing/model',
  validateSearch: readModelSearch,
  ...page(() => import('../../features/pricing/model-page'), 'ModelPage', 'pricing'),
});

const calculatorRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/pricing/calculator',
  validateSearch: readCalculatorSearch,
  ...page(() => import('../../features/pricing/calculator-page'), 'CalculatorPage', 'pricing'),
});

const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sign-in',
  validateSearch: (search): { returnTo?: string; error?: string } => ({
    returnTo: readReturnTo(search['returnTo']),
    error: text(search['error']),
  }),
  ...page(() => import('../../features/sign-in/sign-in-page'), 'SignInPage', 'sign-in'),
});

const signUpRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sign-up',
  validateSearch: (search): { invitation?: string } => ({ invitation: text(search['invitation']) }),
  ...page(() => import('../../features/sign-in/sign-up-page'), 'SignUpPage', 'sign-in'),
});

export const publicRoutes = [homeRoute, pricingRoute, modelRoute, calculatorRoute, signInRoute, signUpRoute] as const;
