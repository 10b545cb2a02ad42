/** The module counts bytes of UTF-8; text in the page counts UTF-16 code units. */
const encoder = new TextEncoder();

export function byteLength(text: string): number {
  return encoder.encode(text).length;
}

/** The index in `text` of the character at a byte offset. */
export function indexOfByte(text: string, offset: number): number {
  let bytes = 0;
  let index = 0;
  for (const character of text) {
    if (bytes >= offset) break;
    bytes += byteLength(character);
    index += character.length;
  }
  return index;
}
