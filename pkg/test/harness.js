/** A test runner of a page, so that one body of tests runs in every runtime. */
const tests = [];
const preparations = [];

/** Runs before all tests. Some runtimes allow little before the first request. */
export function before(work) {
  preparations.push(work);
}

export function test(name, body) {
  tests.push({ name, body });
}

const ended = [];

/** Runs when the test is over. Collectors of garbage take their time, and the module has its limits. */
export function afterwards(work) {
  ended.push(work);
}

export class Failure extends Error {}

function shown(value) {
  return JSON.stringify(value, (_, part) => (typeof part === 'bigint' || part === undefined ? String(part) : part));
}

/** Members in one order, so that equal objects are equal texts. */
function canonical(value) {
  return JSON.stringify(value, (_, part) => {
    if (part === undefined) return 'undefined';
    if (part === null || typeof part !== 'object' || Array.isArray(part)) return part;
    return Object.fromEntries(Object.entries(part).sort(([one], [two]) => (one < two ? -1 : 1)));
  });
}

export function equal(found, wanted, about = '') {
  if (canonical(found) !== canonical(wanted)) throw new Failure(`${about}\n  found  ${shown(found)}\n  wanted ${shown(wanted)}`);
}

export function ok(found, about = 'not true') {
  if (!found) throw new Failure(about);
}

/** That it throws, or rejects, with this code; the error, for a closer look. */
export async function fails(code, body) {
  let error;
  try {
    await body();
  } catch (thrown) {
    error = thrown;
  }
  if (error === undefined) throw new Failure(`no error, not even ${code}`);
  equal([error.name, error.code], ['PortcullisError', code], error.message);
  return error;
}

/** Runs every test: their names, and why they failed. */
export async function run() {
  const results = [];
  for (const work of preparations) await work();
  for (const { name, body } of tests) {
    try {
      const note = await body();
      results.push({ name, note });
    } catch (error) {
      results.push({ name, failure: `${error.message}\n${error instanceof Failure ? '' : error.stack}` });
    }
    for (const work of ended.splice(0)) work();
  }
  return results;
}

/** The results as TAP, with the counts at the end. */
export function tap(results) {
  const lines = ['TAP version 13'];
  for (const [at, { name, failure, note }] of results.entries()) {
    lines.push(`${failure === undefined ? 'ok' : 'not ok'} ${at + 1} - ${name}`);
    if (failure !== undefined) lines.push(...failure.trim().split('\n').map((line) => `  # ${line}`));
    if (note) lines.push(`# ${note}`);
  }
  const failed = results.filter(({ failure }) => failure !== undefined).length;
  lines.push(`1..${results.length}`, `# pass ${results.length - failed}`, `# fail ${failed}`);
  return lines.join('\n');
}
