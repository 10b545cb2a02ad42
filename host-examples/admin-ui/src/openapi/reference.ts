/**
 * Following `$ref`, inside a document and among the files that were chosen together. A file is known
 * by its name alone: the folders that a reference names are not at hand. Nothing is fetched.
 */
export type Fields = Readonly<Record<string, unknown>>;

/** A value, and the name of the file that it stands in: its own references start there. */
export interface Placed {
  readonly value: unknown;
  readonly file: string;
}

const MAX_LINKS = 32;

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Files by their names. */
export type Files = ReadonlyMap<string, unknown>;

/**
 * The value and everything that it refers to, one after the other: the first is the value itself,
 * the last has no `$ref`. @throws {Error} that says where it leads to nothing
 */
export function chain(files: Files, start: Placed): Placed[] {
  const links = [start];
  const seen = new Set<string>();
  for (let last = start; isFields(last.value) && '$ref' in last.value; last = links.at(-1)!) {
    const reference = last.value['$ref'];
    if (typeof reference !== 'string') throw new Error('`$ref` is not a string');
    const [address = '', pointer = ''] = reference.split('#');
    const file = address === '' ? last.file : fileOf(files, reference, address);
    const target = `${file}#${pointer}`;
    if (seen.has(target)) throw new Error(`\`$ref\`: \`${reference}\` leads back to itself`);
    if (seen.size === MAX_LINKS) throw new Error(`\`$ref\`: more than ${MAX_LINKS} references in a row`);
    seen.add(target);
    links.push({ value: follow(files.get(file), reference, pointer), file });
  }
  return links;
}

/** The names of the files that a document refers to, also of those that are not there. */
export function referredTo(document: unknown): Set<string> {
  const names = new Set<string>();
  const left = [document];
  for (let value = left.pop(); value !== undefined; value = left.pop()) {
    if (typeof value !== 'object' || value === null) continue;
    const reference = (value as Fields)['$ref'];
    if (typeof reference === 'string' && !reference.startsWith('#')) names.add(lastSegment(reference.split('#')[0]!));
    left.push(...Object.values(value).filter((part) => part !== undefined));
  }
  return names;
}

function fileOf(files: Files, reference: string, address: string): string {
  if (/^([a-z][a-z\d+.-]*:|\/\/)/i.test(address)) throw new Error(`\`$ref\`: \`${reference}\` is on a server, and nothing is fetched`);
  const name = lastSegment(address);
  if (!files.has(name)) throw new Error(`\`$ref\`: \`${reference}\` is another file: choose ${name} together with this one`);
  return name;
}

function lastSegment(address: string): string {
  const name = address.split('?')[0]!.split('/').at(-1)!;
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

function follow(document: unknown, reference: string, fragment: string): unknown {
  let pointer: string;
  try {
    pointer = decodeURIComponent(fragment);
  } catch {
    throw new Error(`\`$ref\`: \`${reference}\` is no path that can be read`);
  }
  let value = document;
  for (const token of pointer === '' ? [] : pointer.split('/').slice(1)) {
    const key = token.replaceAll('~1', '/').replaceAll('~0', '~');
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) {
      throw new Error(`\`$ref\`: \`${reference}\` leads to nothing`);
    }
    value = (value as Fields)[key];
  }
  return value;
}
