import 'reflect-metadata';
import { runLocally } from './run-locally.js';
import { startStandalone } from './standalone.js';

await runLocally(startStandalone);
