/** `npm start`: everything in one process, on the embedded defaults. */
import { become, prepare } from './prepare.mjs';

prepare();
become('dist/apps/standalone/src/main.js', process.argv.slice(2));
