export * from './batcher.js';
export * from './pace.js';
