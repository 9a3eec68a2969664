export * from './process-lock.js';
