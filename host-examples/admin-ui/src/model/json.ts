/**
 * JSON that says one thing only: `JSON.parse` takes the last of members with one name, and every
 * gate refuses them.
 */
const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"(\s*:)?|[{}[\]]/g;

/** @throws {SyntaxError} for what is no JSON, or repeats a member */
export function parseJson(text: string): unknown {
  const value: unknown = JSON.parse(text);
  const open: (Set<string> | null)[] = [];
  for (const [token, colon] of text.matchAll(TOKEN)) {
    if (token === '{') open.push(new Set());
    else if (token === '[') open.push(null);
    else if (token === '}' || token === ']') open.pop();
    else if (colon !== undefined) {
      const name = JSON.parse(token.slice(0, -colon.length)) as string;
      const names = open.at(-1);
      if (names?.has(name)) throw new RepeatedMember(name);
      names?.add(name);
    }
  }
  return value;
}

export class RepeatedMember extends SyntaxError {
  constructor(name: string) {
    super(`\`${name}\` is there twice`);
  }
}
