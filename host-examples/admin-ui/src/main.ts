/** Starts the page: the module, then a session about the claims of the link, then the views. */
import './style/base.css';
import { ready } from 'portcullis';
import { fromLink } from './model/link.js';
import { Session } from './model/session.js';
import { App } from './view/app.js';
import { BUILT_IN } from './view/catalog.js';
import { restoreTheme } from './view/theme.js';

/** What an administrator would want to see explained first. */
const EXAMPLE = 'd:workflow-api;a:workflow-api.rpc;d:workflow-api.rpc.delete-instance;a:tenants:TenantA,TenantB';
const TENANTS = ['TenantA', 'TenantB', 'TenantC'];

const DISCLOSED = 'The link held a token. It was taken out of the address and not read; treat the token as disclosed.';

function readLink(): ReturnType<typeof fromLink> {
  const linked = fromLink(location.href);
  // Whatever put a token there, it goes no further.
  if (linked === 'token') history.replaceState(null, '', location.pathname + location.search);
  return linked;
}

/** A link that is opened while the page is. */
function follow(session: Session): void {
  const linked = readLink();
  if (linked === 'token') return session.say('wrong', DISCLOSED);
  if (linked === null) return;
  session.replace(linked.claim, 'The claims of the link.');
  session.compareWith(linked.baseline);
}

async function start(): Promise<void> {
  restoreTheme();
  const linked = readLink();
  await ready();
  const claims = linked === null || linked === 'token' ? { claim: EXAMPLE, baseline: null } : linked;
  const app = new App();
  app.session = new Session({ tenants: TENANTS }, BUILT_IN, claims);
  if (linked === 'token') app.session.say('wrong', DISCLOSED);
  addEventListener('hashchange', () => follow(app.session));
  document.body.append(app);
  performance.mark('portcullis:first-decision');
}

start().catch((error: unknown) => {
  const message = document.createElement('p');
  message.role = 'alert';
  message.textContent = `The page cannot decide: ${(error as Error).message}`;
  document.body.append(message);
});
