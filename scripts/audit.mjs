/** `npm run audit`: counts what must never be in the books. */
import { become, prepare } from './prepare.mjs';

prepare();
become('dist/apps/quota/src/audit.js', process.argv.slice(2));
