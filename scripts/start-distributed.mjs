/** `npm run start:distributed`: each service as a process of its own, over NATS, Redis and PostgreSQL. */
import { become, prepare } from './prepare.mjs';

prepare();
become('dist/apps/standalone/src/distributed.js', process.argv.slice(2));
