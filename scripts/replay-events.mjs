/** `npm run replay-events`: has usage events delivered again that a consumer could not handle. */
import { become, prepare } from './prepare.mjs';

prepare();
become('dist/apps/quota/src/replay-events.js', process.argv.slice(2));
