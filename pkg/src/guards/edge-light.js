/** The guards in edge functions of Vercel, which compile what is imported as `?module`. */
import module from '../../dist/portcullis-guards.wasm?module';
import { provideGuards } from './runtime.js';

provideGuards(() => module);

export * from './api.js';
