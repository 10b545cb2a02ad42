/** Places in a text: lines and columns as the module counts them, and where JSON ends to be JSON. */

/** The place of a line and column, both from 1, columns in characters, as an index. */
export function indexOfPlace(text: string, line: number, column: number): number {
  let start = 0;
  for (let at = 1; at < line; at += 1) {
    const end = text.indexOf('\n', start);
    if (end < 0) return text.length;
    start = end + 1;
  }
  let index = start;
  for (let at = 1; at < column && index < text.length; at += 1) index += text.codePointAt(index)! > 0xffff ? 2 : 1;
  return index;
}

/** The line and column of an index. */
export function placeOfIndex(text: string, index: number): { line: number; column: number } {
  const before = text.slice(0, index);
  const start = before.lastIndexOf('\n') + 1;
  return { line: before.split('\n').length, column: [...before.slice(start)].length + 1 };
}

const TOKEN = /"(?:[^"\\\n]|\\.)*"?|[^\s,:[\]{}"]+|[[\]{},:]/y;

/** Where the token ends that stands at an index, on its line. */
export function endOfToken(text: string, index: number): number {
  TOKEN.lastIndex = index;
  const found = TOKEN.exec(text);
  return found ? index + found[0].length : Math.min(index + 1, text.length);
}

const SPACE = /[ \t\n\r]*/y;
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"/y;
const SCALAR = /(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.+-])/y;

export interface Misplaced {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** What is no JSON in a text, and where: browsers tell it in as many ways as there are browsers. */
export function syntaxError(text: string): Misplaced | null {
  try {
    JSON.parse(text);
    return null;
  } catch {
    const [index, expected] = firstMistake(text);
    const there = text[index];
    const found = there === undefined ? 'the text ends' : `there is ${JSON.stringify(there)}`;
    return { ...placeOfIndex(text, index), message: `this is not JSON: ${found} where ${expected} should be` };
  }
}

/** The index of the first character that JSON cannot have there, and what it could have. Nothing recurses: text may be deep. */
function firstMistake(text: string): [number, string] {
  const open: ('{' | '[')[] = [];
  let at = 0;
  let expect: 'value' | 'value or ]' | 'name' | 'name or }' | 'more' = 'value';
  const match = (pattern: RegExp): boolean => {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (found) at = pattern.lastIndex;
    return found !== null;
  };
  const close = (bracket: string): boolean => {
    if (text[at] !== bracket) return false;
    open.pop();
    at += 1;
    expect = 'more';
    return true;
  };
  for (;;) {
    match(SPACE);
    if (expect === 'more') {
      const within = open.at(-1);
      if (within === undefined) return [at, 'the end'];
      if (close(within === '{' ? '}' : ']')) continue;
      if (text[at] !== ',') return [at, `a comma or ${within === '{' ? '`}`' : '`]`'}`];
      at += 1;
      expect = within === '{' ? 'name' : 'value';
    } else if (expect === 'name' || expect === 'name or }') {
      if (expect === 'name or }' && close('}')) continue;
      if (!match(STRING)) return [at, 'a name in double quotes'];
      match(SPACE);
      if (text[at] !== ':') return [at, 'a colon'];
      at += 1;
      expect = 'value';
    } else {
      if (expect === 'value or ]' && close(']')) continue;
      const character = text[at];
      if (character === '{' || character === '[') {
        open.push(character);
        at += 1;
        expect = character === '{' ? 'name or }' : 'value or ]';
      } else if (match(STRING) || match(SCALAR)) expect = 'more';
      else return [at, character === '"' ? 'a whole string' : 'a value'];
    }
  }
}
