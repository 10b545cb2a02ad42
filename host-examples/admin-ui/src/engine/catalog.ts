/** Catalog documents and the import of operations, as the module reads and answers them. */

/** What ids are made of. */
export type IdMode = 'tags' | 'id' | 'path';

export interface CatalogOperation {
  id: string;
  original_id?: string;
  method?: string;
  path?: string;
  summary?: string;
}

export interface CatalogDocument {
  root: string;
  base_path?: string;
  operations: CatalogOperation[];
}

/** An operation as its OpenAPI document has it. */
export interface SourceOperation {
  document: string;
  operation_id?: string;
  tag?: string;
  method: string;
  path: string;
  id?: string;
}

export interface ImportRequest {
  root: string;
  ids: IdMode;
  operations: SourceOperation[];
  renames?: { original: string; id: string }[];
}

export interface ImportProblem {
  code: string;
  message: string;
  renames?: string[];
}

export type ImportAnswer = { operations: { id: string; original_id: string }[] } | { problems: ImportProblem[] };
