/** `npm run bench`: measures Code Router beside others, on this machine. Arguments go to the benchmark. */
import { become, prepare } from './prepare.mjs';

prepare();
become('dist/bench/main.js', process.argv.slice(2));
