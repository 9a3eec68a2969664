export * from './problems.js';
export * from './uuid.js';
