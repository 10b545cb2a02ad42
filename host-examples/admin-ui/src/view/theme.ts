/** Light or dark: as the system says, until somebody chooses. The choice is kept in this browser. */
const KEY = 'portcullis.theme';
const root = document.documentElement;

export function isDark(): boolean {
  return (root.dataset['theme'] ?? (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light')) === 'dark';
}

export function flipTheme(): void {
  root.dataset['theme'] = isDark() ? 'light' : 'dark';
  try {
    localStorage.setItem(KEY, root.dataset['theme']);
  } catch {
    // Without storage the choice lasts as long as the page.
  }
}

export function restoreTheme(): void {
  try {
    const kept = localStorage.getItem(KEY);
    if (kept === 'light' || kept === 'dark') root.dataset['theme'] = kept;
  } catch {
    // As the system says.
  }
}
