/** What the origin is told in headers, and what nobody else may tell it. */

const PREFIX = 'portcullis-';
export const ASSERTION = 'portcullis-assertion';

/** Servers that hand headers on as CGI variables take `_` for `-`. */
function asRead(name) {
  return name.toLowerCase().replaceAll('_', '-');
}

/** Whether only a gate may set this header, or it could be taken for the header of the tenant. */
export function isForged(name, tenantHeader) {
  const read = asRead(name);
  return read.startsWith(PREFIX) || (read === asRead(tenantHeader) && name.toLowerCase() !== tenantHeader.toLowerCase());
}

/** What a decision is as headers: names in lower case, and values that every header can hold. */
export function headersOf({ reason, operation, tenant, principal }) {
  const headers = { 'portcullis-decision': reason };
  if (operation !== null) headers['portcullis-operation'] = operation;
  if (tenant !== null) headers['portcullis-tenant'] = tenant;
  const subject = principal?.subject;
  // Anything may stand in a subject.
  if (subject != null) headers['portcullis-subject'] = encodeURIComponent(subject);
  return headers;
}

/** The headers of a request to the origin: what came, without what was forged, and the decision. */
export function forwarded(came, tenantHeader, decision) {
  const headers = new Headers(came);
  const [tenant, underscored] = [tenantHeader.toLowerCase(), asRead(tenantHeader)];
  // Found first: a list that is walked must not change. Names come in lower case.
  const forged = [];
  for (const name of headers.keys()) {
    const read = name.includes('_') ? asRead(name) : name;
    if (read.startsWith(PREFIX) || (read === underscored && name !== tenant)) forged.push(name);
  }
  for (const name of forged) headers.delete(name);
  // It could name one of the headers below, for the next proxy to take away (RFC 9110, section 7.6.1).
  const connection = headers.get('connection');
  if (connection !== null && connection.toLowerCase() !== 'upgrade') headers.delete('connection');
  const decided = headersOf(decision);
  for (const name in decided) headers.set(name, decided[name]);
  return headers;
}
