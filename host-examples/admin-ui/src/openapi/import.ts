/** From the text of a file to a catalog: read, find the operations, have the module give them ids. */
import type { CatalogDocument, MapAnswer, MapRequest } from 'portcullis';
import { parseJson } from '../model/json.js';
import { find, type Found } from './find.js';
import { isFields, referredTo, type Files } from './reference.js';
import { shape } from './route.js';

/** What ids are made of. */
export type IdMode = NonNullable<MapRequest['ids']>;

export interface Imported {
  readonly catalog: CatalogDocument;
  readonly notices: readonly string[];
}

/** Why a file makes no catalog. */
export class ImportError extends Error {
  readonly problems: readonly string[];
  /** Lines of renames that would settle it. */
  readonly renames: readonly string[];

  constructor(problems: readonly string[], renames: readonly string[] = []) {
    super(problems[0]);
    this.problems = problems;
    this.renames = renames;
  }
}

/** JSON or YAML: by the name of the file, and without a known one by its first character. */
export async function parse(text: string, name: string): Promise<unknown> {
  const plain = text.replace(/^\ufeff/, '');
  const extension = /\.(json|ya?ml)$/i.exec(name)?.[1]?.toLowerCase();
  const json = extension === 'json' || (extension === undefined && plain.trimStart().startsWith('{'));
  try {
    if (json) return parseJson(plain);
    const { CORE_SCHEMA, load, mergeTag } = await import('js-yaml');
    return load(plain, { schema: CORE_SCHEMA.withTags(mergeTag) });
  } catch (error) {
    throw new ImportError([`${name} cannot be read: ${(error as Error).message.split('\n')[0]}`]);
  }
}

/** A catalog file of the command line's, as opposed to an OpenAPI document. */
export function isCatalog(document: unknown): document is CatalogDocument {
  return isFields(document) && 'root' in document && Array.isArray(document['operations']);
}

/** How ids are made. */
export interface Ids {
  readonly root: string;
  readonly ids: IdMode;
  /** Ids that are given by hand: lines `NAME = ID`. */
  readonly renames: string;
}

/**
 * Which of the files is the document, or the catalog: the one that no other refers to.
 * @throws {ImportError} where that is none or several
 */
export function mainOf(files: Files): string {
  const [only] = files.size === 1 ? files.keys() : [];
  if (only !== undefined) return only;
  const referred = new Set([...files].flatMap(([name, document]) => [...referredTo(document)].filter((other) => other !== name)));
  const found = [...files.keys()].filter((name) => !referred.has(name));
  if (found.length === 1) return found[0]!;
  const which = found.length === 0 ? 'each of the files is referred to by another' : `no file refers to ${found.join(', ')}`;
  throw new ImportError([`Choose one document with the files that it refers to: ${which}.`]);
}

/** @throws {ImportError} with everything that is wrong */
export function importDocument(
  files: Files, name: string, { root, ids, renames }: Ids, map: (request: MapRequest) => MapAnswer,
): Imported {
  const { operations, notices, problems } = find(files, name);
  if (problems.length > 0) throw new ImportError(problems);
  dropShared(operations, notices);
  const answer = map({ root, ids, operations: operations.map(({ source }) => source), renames: readRenames(renames) });
  if ('problems' in answer) {
    const suggested = answer.problems.flatMap((problem) => problem.renames ?? []);
    throw new ImportError(answer.problems.map(({ message }) => message), suggested);
  }
  const entries = answer.operations.map(({ id, original_id }, at) => {
    const { source, route, summary } = operations[at]!;
    return {
      id, original_id,
      ...(route !== null && { method: source.method, path: route }),
      ...(summary !== undefined && { summary }),
    };
  });
  return { catalog: { root, operations: entries }, notices };
}

/** An id has no `=`, so the last one of a line ends the name. */
function readRenames(text: string): { original: string; id: string }[] {
  const lines = text.split(/\r?\n/).map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('#'));
  return lines.map((line) => {
    const at = line.lastIndexOf('=');
    const [original, id] = [line.slice(0, at).trim(), line.slice(at + 1).trim()];
    if (at < 0 || original === '' || id === '') throw new ImportError([`\`${line}\`: a line is \`NAME = ID\``]);
    return { original, id };
  });
}

/** Takes the route from operations that no request could tell apart: to decide as either would be a guess. */
function dropShared(operations: Found[], notices: string[]): void {
  const holders = new Map<string, Found[]>();
  for (const found of operations) {
    if (found.route === null) continue;
    const key = `${found.source.method} ${shape(found.route)}`;
    holders.set(key, [...(holders.get(key) ?? []), found]);
  }
  for (const shared of [...holders.values()].filter(({ length }) => length > 1)) {
    for (const found of shared) {
      const { method, path } = found.source;
      const others = shared.filter((other) => other !== found).map(({ source }) => `\`${source.method} ${source.path}\``);
      notices.push(`${method} ${path}: imported without a route: the same requests would be ${others.join(', ')}`);
      found.route = null;
    }
  }
}
