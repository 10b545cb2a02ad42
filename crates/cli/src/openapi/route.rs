//! From a key of `paths` to a path template of a catalog.
//!
//! What a template of a catalog cannot say exactly is refused: an operation without a route is
//! reached by no request, while one with a wrong route would be decided in place of another.

use std::collections::BTreeMap;

/// Most segments of a template.
const MAX_SEGMENTS: usize = 64;

/// The template for a path; parameters that are `true` in `multi_segment` span segments. `Err` says
/// why there is none.
pub(super) fn template(path: &str, multi_segment: &BTreeMap<String, bool>) -> Result<String, String> {
    let below = path.strip_prefix('/').ok_or("the path does not begin with `/`")?;
    if path.contains('?') {
        return Err("the path has a query".to_owned());
    }
    if path.contains('#') {
        return Err("the path has a fragment".to_owned());
    }
    if path.contains('\\') || path.contains(char::is_control) {
        return Err("the path has a backslash or a control character".to_owned());
    }
    let segments: Vec<_> = below.split('/').collect();
    if segments.len() > MAX_SEGMENTS {
        return Err(format!("the path has more than {MAX_SEGMENTS} segments"));
    }
    if segments.iter().rev().skip(1).any(|segment| segment.is_empty()) {
        return Err("the path has an empty segment".to_owned());
    }
    let mut template = String::with_capacity(path.len() + 1);
    let mut spanning = 0;
    for segment in segments {
        template.push('/');
        if is_dot_segment(segment) {
            return Err("the path has a dot segment".to_owned());
        }
        let mut rest = segment;
        let mut behind_parameter = false;
        loop {
            let (literal, from_brace) = rest.split_at(rest.find('{').unwrap_or(rest.len()));
            if literal.contains('}') {
                return Err("the path has braces that do not pair".to_owned());
            }
            if literal.contains('%') {
                return Err("the path has a percent sign outside its parameters".to_owned());
            }
            template.push_str(literal);
            let Some(expression) = from_brace.strip_prefix('{') else { break };
            if behind_parameter && literal.is_empty() {
                return Err("the path has two parameters side by side".to_owned());
            }
            let (name, after) = expression.split_once('}').ok_or("the path has braces that do not pair")?;
            check_name(name)?;
            template.push('{');
            if multi_segment.get(name) == Some(&true) {
                if !literal.is_empty() || behind_parameter || !after.is_empty() {
                    return Err(format!("`{name}` spans segments and is not alone in its segment"));
                }
                spanning += 1;
                template.push('+');
            }
            template.push_str(name);
            template.push('}');
            (rest, behind_parameter) = (after, true);
        }
    }
    if spanning > 1 {
        return Err("more than one parameter spans segments".to_owned());
    }
    Ok(template)
}

/// Refuses names that URI templates (RFC 6570) and server frameworks give a meaning beyond one
/// value: `{+path}`, `{path*}`, `{id:[0-9]+}`, `{a,b}`, `{id?}`, `{name=projects/*}`.
fn check_name(name: &str) -> Result<(), String> {
    if name.is_empty() {
        return Err("the path has a parameter without a name".to_owned());
    }
    let operator = name.starts_with(['+', '#', '.', ';', '&', '!', '@', '|']);
    if operator || name.contains(['{', '*', ':', ',', '?', '=']) {
        return Err(format!("`{{{name}}}` is more than a name"));
    }
    Ok(())
}

/// `.` and `..`; percent signs are refused apart.
fn is_dot_segment(segment: &str) -> bool {
    segment == "." || segment == ".."
}

/// Whether a request could carry this method: a token of RFC 9110, section 5.6.2.
pub(super) fn is_method(method: &str) -> bool {
    let in_token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !method.is_empty() && method.bytes().all(in_token)
}

/// A template without the names of its parameters: equal for templates that match the same paths.
pub(super) fn shape(template: &str) -> String {
    let mut shape = String::with_capacity(template.len());
    let mut pieces = template.split('{');
    shape.push_str(pieces.next().unwrap_or_default());
    for piece in pieces {
        shape.push_str(if piece.starts_with('+') { "{+}" } else { "{}" });
        shape.push_str(piece.split_once('}').map_or("", |(_, literal)| literal));
    }
    shape
}
