/** Measures with mitata, and writes what `cargo xtask bench` reads. */
import { appendFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { measure } from 'mitata';

const { values: options } = parseArgs({ options: { quick: { type: 'boolean' }, only: { type: 'string' } }, strict: false });
const settings = options.quick ? { min_cpu_time: 50e6, min_samples: 10 } : { min_cpu_time: 1e9 };

/** Measures `run` under the name `work/host`. */
export async function measured(work, host, run) {
  const name = `${work}/${host}`;
  if (options.only && !name.includes(options.only)) return;
  const { p50 } = await measure(run, settings);
  console.log(`${name.padEnd(40)} ${(p50 / 1000).toFixed(2).padStart(10)} µs`);
  if (process.env.PORTCULLIS_BENCH) {
    appendFileSync(process.env.PORTCULLIS_BENCH, `${JSON.stringify({ work, host, ns: p50 })}\n`);
  }
}
