export * from './fault-point.js';
