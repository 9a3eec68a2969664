/** `npm run reconcile`: compares ledger, usage log and event stream, and repairs what one of them lacks. */
import { become, prepare } from './prepare.mjs';

prepare();
become('dist/apps/standalone/src/reconcile.js', process.argv.slice(2));
