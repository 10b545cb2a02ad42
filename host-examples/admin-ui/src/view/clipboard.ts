/** Copies text, also where the page comes over plain HTTP and the browser has no clipboard for it. */
export async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = document.createElement('textarea');
    area.value = text;
    area.ariaHidden = 'true';
    document.body.append(area);
    area.select();
    try {
      // Old, and the only way without the clipboard.
      return document.execCommand('copy');
    } finally {
      area.remove();
    }
  }
}
