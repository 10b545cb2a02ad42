/** From a `Request` to what the policy is asked. Headers that came twice are joined by commas, which no credential and no tenant id holds. */

export function factsOfRequest(request, tenantHeader) {
  const { headers, url } = request;
  return {
    method: request.method,
    path: pathOf(url),
    authorization: headers.get('authorization'),
    tenant: headers.get(tenantHeader),
    preflight: headers.has('origin') && headers.has('access-control-request-method'),
  };
}

/** The path as it stands in an absolute URL, not decoded, without query and fragment. */
function pathOf(url) {
  const start = url.indexOf('/', url.indexOf('://') + 3);
  let end = url.indexOf('?', start);
  const fragment = url.indexOf('#', start);
  if (fragment >= 0 && (end < 0 || fragment < end)) end = fragment;
  return end < 0 ? url.slice(start) : url.slice(start, end);
}
