/**
 * From a key of `paths` to a path template of a catalog, as the command line does it. What a
 * template cannot say exactly is refused: an operation without a route is reached by no request,
 * while one with a wrong route would be decided in place of another.
 */
const MAX_SEGMENTS = 64;

/** The template for a path. @throws {Error} that says why there is none */
export function template(path: string, multiSegment: ReadonlyMap<string, boolean>): string {
  if (!path.startsWith('/')) throw new Error('the path does not begin with `/`');
  if (path.includes('?')) throw new Error('the path has a query');
  if (path.includes('#')) throw new Error('the path has a fragment');
  if (/[\\\p{Cc}]/u.test(path)) throw new Error('the path has a backslash or a control character');
  const segments = path.slice(1).split('/');
  if (segments.length > MAX_SEGMENTS) throw new Error(`the path has more than ${MAX_SEGMENTS} segments`);
  if (segments.slice(0, -1).includes('')) throw new Error('the path has an empty segment');
  const written = segments.map((segment) => templateSegment(segment, multiSegment));
  if (written.filter((segment) => segment.startsWith('{+')).length > 1) {
    throw new Error('more than one parameter spans segments');
  }
  return `/${written.join('/')}`;
}

function templateSegment(segment: string, multiSegment: ReadonlyMap<string, boolean>): string {
  if (segment === '.' || segment === '..') throw new Error('the path has a dot segment');
  let written = '';
  let rest = segment;
  let behindParameter = false;
  for (;;) {
    const brace = rest.indexOf('{');
    const literal = brace < 0 ? rest : rest.slice(0, brace);
    if (literal.includes('}')) throw new Error('the path has braces that do not pair');
    if (literal.includes('%')) throw new Error('the path has a percent sign outside its parameters');
    written += literal;
    if (brace < 0) return written;
    if (behindParameter && literal === '') throw new Error('the path has two parameters side by side');
    const close = rest.indexOf('}', brace);
    if (close < 0) throw new Error('the path has braces that do not pair');
    const name = rest.slice(brace + 1, close);
    checkName(name);
    rest = rest.slice(close + 1);
    const spans = multiSegment.get(name) === true;
    if (spans && (literal !== '' || behindParameter || rest !== '')) {
      throw new Error(`\`${name}\` spans segments and is not alone in its segment`);
    }
    written += spans ? `{+${name}}` : `{${name}}`;
    behindParameter = true;
  }
}

/** Refuses names that URI templates (RFC 6570) and server frameworks give a meaning beyond one value. */
function checkName(name: string): void {
  if (name === '') throw new Error('the path has a parameter without a name');
  if (/^[+#.;&!@|]|[{*:,?=]/.test(name)) throw new Error(`\`{${name}}\` is more than a name`);
}

/** Whether a request could carry this method: a token of RFC 9110, section 5.6.2. */
export function isMethod(method: string): boolean {
  return /^[\w!#$%&'*+\-.^`|~]+$/.test(method);
}

/** A template without the names of its parameters: equal for templates that match the same paths. */
export function shape(template: string): string {
  return template.replaceAll(/\{(\+?)[^}]*\}/g, '{$1}');
}
