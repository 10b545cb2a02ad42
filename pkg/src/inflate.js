/**
 * Inflates raw DEFLATE (RFC 1951) at once. The platforms' own decompression is a stream, which would
 * make everybody wait for the inline module. The input is part of the package: it is not checked.
 */

/** How much a length or distance code says, and how many bits say the rest. */
function ladder(start, steps, bitsOf) {
  const [base, extra] = [[], []];
  for (let at = 0, value = start; at < steps; at += 1) {
    base.push(value);
    extra.push(bitsOf(at));
    value += 1 << bitsOf(at);
  }
  return { base, extra };
}

const LENGTHS = ladder(3, 28, (at) => (at < 8 ? 0 : (at - 4) >> 2));
LENGTHS.base.push(258);
LENGTHS.extra.push(0);
const DISTANCES = ladder(1, 30, (at) => (at < 4 ? 0 : (at - 2) >> 1));
/** The order in which the lengths of the code lengths come. */
const ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
const END = 256;

/** A canonical Huffman code as a table: for whatever bits come next, the symbol and its length. */
function huffman(lengths) {
  const max = Math.max(1, ...lengths);
  const table = new Uint16Array(1 << max);
  let code = 0;
  for (let length = 1; length <= max; length += 1) {
    for (let symbol = 0; symbol < lengths.length; symbol += 1) {
      if (lengths[symbol] !== length) continue;
      // Codes come with their first bit first, so they stand reversed in the bits that are held.
      for (let at = reversed(code, length); at < table.length; at += 1 << length) table[at] = (symbol << 4) | length;
      code += 1;
    }
    code <<= 1;
  }
  return { table, max };
}

function reversed(code, length) {
  let found = 0;
  for (let bit = 0; bit < length; bit += 1) found |= ((code >> bit) & 1) << (length - 1 - bit);
  return found;
}

const FIXED = [
  huffman([...Array(144).fill(8), ...Array(112).fill(9), ...Array(24).fill(7), ...Array(8).fill(8)]),
  huffman(Array(30).fill(5)),
];

/** The `size` bytes that `input` was made of. */
export function inflate(input, size) {
  const out = new Uint8Array(size);
  let [at, position, held, holds] = [0, 0, 0, 0];

  function bits(count) {
    while (holds < count) {
      held |= input[position++] << holds;
      holds += 8;
    }
    const value = held & ((1 << count) - 1);
    held >>>= count;
    holds -= count;
    return value;
  }

  function symbol({ table, max }) {
    while (holds < max) {
      held |= input[position++] << holds;
      holds += 8;
    }
    const found = table[held & ((1 << max) - 1)];
    held >>>= found & 15;
    holds -= found & 15;
    return found >> 4;
  }

  function codes() {
    const [literals, distances, lengthCodes] = [bits(5) + 257, bits(5) + 1, bits(4) + 4];
    const ofLengths = Array(19).fill(0);
    for (let order = 0; order < lengthCodes; order += 1) ofLengths[ORDER[order]] = bits(3);
    const code = huffman(ofLengths);
    const lengths = [];
    while (lengths.length < literals + distances) {
      const found = symbol(code);
      if (found < 16) lengths.push(found);
      else if (found === 16) lengths.push(...Array(bits(2) + 3).fill(lengths.at(-1)));
      else lengths.push(...Array(found === 17 ? bits(3) + 3 : bits(7) + 11).fill(0));
    }
    return [huffman(lengths.slice(0, literals)), huffman(lengths.slice(literals))];
  }

  function stored() {
    // What was read ahead is given back; the block begins with the next whole byte.
    position -= holds >> 3;
    [held, holds] = [0, 0];
    const length = input[position] | (input[position + 1] << 8);
    position += 4;
    out.set(input.subarray(position, position + length), at);
    position += length;
    at += length;
  }

  function compressed([literals, distances]) {
    for (;;) {
      const found = symbol(literals);
      if (found === END) return;
      if (found < END) {
        out[at++] = found;
        continue;
      }
      const length = LENGTHS.base[found - 257] + bits(LENGTHS.extra[found - 257]);
      const which = symbol(distances);
      const distance = DISTANCES.base[which] + bits(DISTANCES.extra[which]);
      for (const end = at + length; at < end; at += 1) out[at] = out[at - distance];
    }
  }

  for (let last = 0; !last; ) {
    last = bits(1);
    const type = bits(2);
    if (type === 0) stored();
    else compressed(type === 1 ? FIXED : codes());
  }
  return out;
}
