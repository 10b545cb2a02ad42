/** The files of the corpus by name, in the order of the names. */
import { readFileSync, readdirSync } from 'node:fs';

const folder = new URL('../../../tests/corpus/', import.meta.url);

export function readCorpus() {
  const files = readdirSync(folder).filter((file) => file.endsWith('.json')).sort();
  return files.map((file) => [file.slice(0, -'.json'.length), JSON.parse(readFileSync(new URL(file, folder), 'utf8'))]);
}
