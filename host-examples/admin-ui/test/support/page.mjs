/** What a person does on the page, by name. */
export const field = (page) => page.locator('pc-claim textarea');
export const claimText = (page) => field(page).inputValue();
export const row = (page, id) => page.locator(`pc-tree [data-id="${id}"]`);
/** A row as it is read out. */
export const words = (page, id) => row(page, id).locator('.words').textContent();
export const press = (page, verb, id) => row(page, id).locator(`[title="${verb} ${id}"]`).click();
export const status = (page) => page.locator('pc-claim [role=status]').textContent();
export const why = (page) => page.locator('pc-why');

export async function paste(page, text, into = field(page)) {
  await page.evaluate((value) => navigator.clipboard.writeText(value), text);
  await into.focus();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.press('ControlOrMeta+v');
}

export const search = (page, text) => page.getByRole('searchbox').fill(text);

/** Finds an operation by its id and selects it. */
export async function select(page, id) {
  await search(page, id);
  await row(page, id).click();
}

export const tab = (page, name) => page.getByRole('tab', { name }).click();

export const filter = (page, name) => page.getByRole('radio', { name }).check({ force: true });

/** Every row of the tree, scrolled through from top to bottom: id to its words. */
export async function wholeTree(page) {
  return new Map(await page.locator('pc-tree').evaluate(async (tree) => {
    const rows = new Map();
    for (let top = 0; ; top += tree.clientHeight / 2) {
      tree.scrollTop = top;
      await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
      for (const item of tree.shadowRoot.querySelectorAll('[role=treeitem]')) rows.set(item.dataset.id, item.querySelector('.words').textContent);
      if (top + tree.clientHeight >= tree.scrollHeight) break;
    }
    tree.scrollTop = 0;
    return [...rows];
  }));
}

/** What a view says, in one line. */
export const said = async (page, view) =>
  (await page.locator(view).evaluate((element) => element.shadowRoot.textContent)).replaceAll(/\s+/g, ' ').trim();
