export * from './error-envelope.js';
