export * from './infrastructure.js';
export * from './known-settings.js';
export * from './settings.js';
export * from './shared-settings.js';
