/** The entry for edge functions of Vercel, which compile what is imported as `?module`. */
import module from '../dist/portcullis.wasm?module';
import { provide } from './runtime.js';

provide(() => module);

export * from './api.js';
