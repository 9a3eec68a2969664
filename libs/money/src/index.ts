export * from './amounts.js';
export * from './decimal.js';
export * from './price.js';
export * from './token-usage.js';
export * from './wire.js';
