/** Starts the page for workflow definitions: the guard module, then the view. */
import './style/base.css';
import { ready } from 'portcullis/guards';
import { restoreTheme } from './view/theme.js';
import './view/workflows.js';

async function start(): Promise<void> {
  restoreTheme();
  await ready();
  document.body.append(document.createElement('pc-workflows'));
}

start().catch((error: unknown) => {
  const message = document.createElement('p');
  message.role = 'alert';
  message.textContent = `The page cannot look at definitions: ${(error as Error).message}`;
  document.body.append(message);
});
