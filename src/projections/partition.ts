export { partitionOf } from '../store/index.js';
