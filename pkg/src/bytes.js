/** Bytes that come from elsewhere, and no more of them than may be. */
export async function boundedBytes(body, most, tooMany) {
  const chunks = [];
  let length = 0;
  for (const reader = body.getReader(); ; ) {
    const { done, value } = await reader.read();
    if (done) return joined(chunks, length);
    chunks.push(value);
    length += value.byteLength;
    if (length > most) {
      await reader.cancel();
      throw tooMany();
    }
  }
}

export function joined(chunks, length) {
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.byteLength;
  }
  return bytes;
}
