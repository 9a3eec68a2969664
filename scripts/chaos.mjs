/** `npm run chaos`: breaks Code Router in every way that it must survive, and compares the books. Arguments go to it. */
import { become, prepare } from './prepare.mjs';

prepare();
become('dist/chaos/main.js', process.argv.slice(2));
