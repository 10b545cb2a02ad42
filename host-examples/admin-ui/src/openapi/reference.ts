/** Following `$ref` inside one document. Other files are not at hand here, and nothing is fetched. */
export type Fields = Readonly<Record<string, unknown>>;

const MAX_LINKS = 32;

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * The value and everything that it refers to, one after the other: the first is the value itself,
 * the last has no `$ref`. @throws {Error} that says where it leads to nothing
 */
export function chain(document: unknown, start: unknown): unknown[] {
  const links = [start];
  const seen = new Set<string>();
  for (let last = start; isFields(last) && '$ref' in last; last = links.at(-1)) {
    const reference = last['$ref'];
    if (typeof reference !== 'string') throw new Error('`$ref` is not a string');
    if (!reference.startsWith('#')) {
      throw new Error(`\`$ref\`: \`${reference}\` is another file; put the documents into one first, or import them with the command line`);
    }
    if (seen.has(reference)) throw new Error(`\`$ref\`: \`${reference}\` leads back to itself`);
    if (seen.size === MAX_LINKS) throw new Error(`\`$ref\`: more than ${MAX_LINKS} references in a row`);
    seen.add(reference);
    links.push(follow(document, reference));
  }
  return links;
}

function follow(document: unknown, reference: string): unknown {
  let pointer: string;
  try {
    pointer = decodeURIComponent(reference.slice(1));
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
