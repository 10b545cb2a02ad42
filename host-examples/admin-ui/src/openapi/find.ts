/**
 * The operations of an OpenAPI document, 3.0 to 3.2, as the command line finds them. Only `paths`
 * are read; ids are the module's to give.
 */
import type { SourceOperation } from 'portcullis';
import { chain, isFields, type Fields, type Files, type Placed } from './reference.js';
import { isMethod, template } from './route.js';

/** An operation, and the route and summary that its catalog entry gets. */
export interface Found {
  readonly source: SourceOperation;
  readonly summary: string | undefined;
  /** None if no template says the path exactly. */
  route: string | null;
}

export interface Findings {
  readonly operations: Found[];
  /** What was left out or could not be taken as it stands. */
  readonly notices: string[];
  /** Why there is no catalog. */
  readonly problems: string[];
}

/** Fields of a path item that are operations. */
const METHODS = new Set(['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace', 'query']);
/** Fields of a path item that are none. */
const OTHER_FIELDS = new Set(['$ref', 'summary', 'description', 'parameters', 'servers']);

const isExtra = (field: string): boolean => field.startsWith('x-') || field === 'additionalOperations';

/** The operations of the document of this name; the other files are what it may refer to. */
export function find(files: Files, name: string): Findings {
  const findings: Findings = { operations: [], notices: [], problems: [] };
  const reader = new Reader(files, name, findings);
  reader.read();
  if (findings.problems.length === 0 && findings.operations.length === 0) {
    findings.problems.push('There are no operations below `paths`.');
  }
  return findings;
}

class Reader {
  readonly #files: Files;
  readonly #name: string;
  readonly #findings: Findings;

  constructor(files: Files, name: string, findings: Findings) {
    this.#files = files;
    this.#name = name;
    this.#findings = findings;
  }

  read(): void {
    const root = this.#files.get(this.#name);
    let minor: number;
    try {
      minor = minorVersion(root);
    } catch (error) {
      return this.#problem('', (error as Error).message);
    }
    const { paths } = root as Fields;
    if (paths === undefined) {
      if (minor === 0) this.#problem('', 'there are no `paths`');
      return;
    }
    if (!isFields(paths)) return this.#problem('', '`paths` is not an object');
    for (const [path, item] of Object.entries(paths)) {
      if (path.startsWith('x-')) continue;
      if (!isFields(item)) this.#problem(path, 'this is not an object');
      else this.#try(path, () => this.#pathItem(minor, path, chain(this.#files, { value: item, file: this.#name })));
    }
  }

  /** A path item, and the path items that it refers to: their operations are together. */
  #pathItem(minor: number, path: string, layers: readonly Placed[]): void {
    const operations = new Map<string, Placed>();
    const add = (method: string, operation: Placed): void => {
      if (operations.has(method)) this.#problem(path, `\`${method}\` is in the path item and in what it refers to`);
      else operations.set(method, operation);
    };
    for (const { value: layer, file } of layers) {
      if (!isFields(layer)) return this.#problem(path, '`$ref` leads to something that is no path item');
      const fields = Object.entries(layer);
      const known = ([field]: [string, unknown]): boolean => OTHER_FIELDS.has(field) || METHODS.has(field) || isExtra(field);
      if (fields.length > 0 && !fields.some(known)) {
        this.#problem(path, 'this is no path item: it has none of its fields');
        continue;
      }
      for (const [field, value] of fields) {
        if ((field === 'query' || field === 'additionalOperations') && minor < 2) {
          this.#notice(path, `\`${field}\` is an operation only from OpenAPI 3.2 on, and was skipped`);
        } else if (METHODS.has(field)) {
          add(field.toUpperCase(), { value, file });
        } else if (field === 'additionalOperations') {
          if (isFields(value)) Object.entries(value).forEach(([method, operation]) => add(method, { value: operation, file }));
          else this.#problem(path, '`additionalOperations` is not an object');
        } else if (!OTHER_FIELDS.has(field) && !isExtra(field)) {
          this.#notice(path, `\`${field}\` is no method and was skipped`);
        }
      }
    }
    const shared = layers.map(({ value, file }) => ({ value: isFields(value) ? value['parameters'] : undefined, file })).filter(({ value }) => value !== undefined);
    for (const [method, operation] of operations) {
      const place = `${method} ${path}`;
      this.#try(place, () => this.#operation(place, method, path, chain(this.#files, operation).at(-1)!, shared));
    }
  }

  #operation(place: string, method: string, path: string, { value: operation, file }: Placed, shared: readonly Placed[]): void {
    if (!isFields(operation)) return this.#problem(place, 'the operation is not an object');
    // Of an operation's own fields none is needed, so only another object's tell it apart.
    if (Object.keys(operation).some((field) => METHODS.has(field) || field === 'openapi')) {
      return this.#problem(place, '`$ref` leads to something that is no operation');
    }
    const { parameters, summary } = operation;
    const source: SourceOperation = { document: this.#name, method, path };
    const operationId = this.#text(place, operation, 'operationId');
    const id = this.#text(place, operation, 'x-portcullis-id');
    const tag = this.#tag(place, operation['tags']);
    if (operationId !== undefined) source.operation_id = operationId;
    if (id !== undefined) source.id = id;
    if (tag !== undefined) source.tag = tag;
    const spans = new Map<string, boolean>();
    for (const list of parameters === undefined ? shared : [...shared, { value: parameters, file }]) this.#multiSegment(place, list, spans);
    for (const [name, spanning] of spans) {
      if (spanning && !path.includes(`{${name}}`)) {
        this.#notice(place, `\`x-multi-segment\` on \`${name}\`, which the path does not have, has no effect`);
      }
    }
    let route: string | null = null;
    try {
      if (!isMethod(method)) throw new Error('no request can have this method');
      route = template(path, spans);
    } catch (error) {
      this.#notice(place, `imported without a route: ${(error as Error).message}`);
    }
    this.#findings.operations.push({ source, route, summary: typeof summary === 'string' ? oneLine(summary) : undefined });
  }

  #tag(place: string, tags: unknown): string | undefined {
    if (tags === undefined) return undefined;
    if (!Array.isArray(tags)) this.#problem(place, '`tags` is not a list');
    else if (typeof tags[0] === 'string') return tags[0];
    else if (tags.length > 0) this.#problem(place, 'the first of `tags` is not a string');
    return undefined;
  }

  /** Notes of each path parameter whether it spans segments; a later one of the same name wins. */
  #multiSegment(place: string, { value: parameters, file }: Placed, spans: Map<string, boolean>): void {
    if (!Array.isArray(parameters)) return this.#problem(place, '`parameters` is not a list');
    for (const item of parameters) {
      let parameter: unknown;
      try {
        parameter = chain(this.#files, { value: item, file }).at(-1)!.value;
      } catch (error) {
        this.#notice(place, `parameter not read, and taken for one segment: ${(error as Error).message}`);
        continue;
      }
      if (!isFields(parameter) || parameter['in'] !== 'path' || typeof parameter['name'] !== 'string') continue;
      const spanning = parameter['x-multi-segment'] ?? false;
      if (typeof spanning === 'boolean') spans.set(parameter['name'], spanning);
      else this.#problem(place, `\`x-multi-segment\` of \`${parameter['name']}\` is neither true nor false`);
    }
  }

  #text(place: string, fields: Fields, field: string): string | undefined {
    const value = fields[field];
    if (value === undefined || typeof value === 'string') return value;
    this.#problem(place, `\`${field}\` is not a string`);
    return undefined;
  }

  #try(place: string, read: () => void): void {
    try {
      read();
    } catch (error) {
      this.#problem(place, (error as Error).message);
    }
  }

  #problem(place: string, message: string): void {
    this.#findings.problems.push(place === '' ? message : `${place}: ${message}`);
  }

  #notice(place: string, message: string): void {
    this.#findings.notices.push(`${place}: ${message}`);
  }
}

function minorVersion(root: unknown): number {
  if (!isFields(root)) throw new Error('this is no OpenAPI document: it is not an object');
  if ('swagger' in root) throw new Error('this is Swagger 2.0; convert it to OpenAPI 3 first');
  const version = root['openapi'];
  if (version === undefined) throw new Error('this is no OpenAPI document: there is no `openapi`');
  if (typeof version !== 'string') throw new Error('`openapi` is not a string such as "3.1.0"');
  const minor = /^3\.([012])(?:\.|$)/.exec(version)?.[1];
  if (minor === undefined) throw new Error('`openapi` is none of 3.0, 3.1 and 3.2');
  return Number(minor);
}

const oneLine = (text: string): string => text.split(/[\s\p{Cc}]+/u).filter((word) => word !== '').join(' ');
