//! What is wrong with a template, as far as its text tells.

use alloc::{borrow::Cow, format, string::String, vec::Vec};

use minijinja::machinery::ast::{BinOpKind, CallArg, Expr, ForLoop, Stmt};
use portcullis_wire::guard::RenderErrorKind as Kind;

use super::{Options, RenderError, filters, operators, uses::each_part};

/// One thing that is wrong.
pub(super) struct Problem {
    pub(super) code: &'static str,
    pub(super) message: Cow<'static, str>,
    pub(super) offset: u32,
    /// Whether it is wrong whatever the context holds. What is not is found when the template runs.
    pub(super) certain: bool,
}

/// Most problems that are told of one template.
const MAX_PROBLEMS: usize = 100;

const NOT_ALLOWED: &str = "not_allowed";
const RESTRICTED: &str = "restricted";
const UNDECLARED: &str = "undeclared";

/// Everything that is wrong.
pub(super) fn problems(template: &Stmt<'_>, options: &Options<'_>) -> Vec<Problem> {
    let mut check = Check { options, locals: Vec::new(), problems: Vec::new() };
    check.statement(template);
    check.problems
}

/// Refuses a template of which something is certainly wrong.
pub(super) fn refuse(template: &Stmt<'_>, options: &Options<'_>) -> Result<(), RenderError> {
    match problems(template, options).into_iter().find(|problem| problem.certain) {
        None => Ok(()),
        Some(Problem { code, message, offset, .. }) => {
            let kind = match code {
                RESTRICTED => Kind::Restricted,
                UNDECLARED => Kind::Undefined,
                _ => Kind::NotAllowed,
            };
            Err(RenderError { kind, detail: message, offset })
        }
    }
}

struct Check<'o, 't> {
    options: &'o Options<'o>,
    /// Names that loops gave, and whether their values are restricted.
    locals: Vec<(&'t str, bool)>,
    problems: Vec<Problem>,
}

impl<'t> Check<'_, 't> {
    fn push(
        &mut self,
        code: &'static str,
        message: impl Into<Cow<'static, str>>,
        offset: u32,
        certain: bool,
    ) {
        if self.problems.len() < MAX_PROBLEMS {
            self.problems.push(Problem { code, message: message.into(), offset, certain });
        }
    }

    fn not_allowed(&mut self, message: impl Into<Cow<'static, str>>, offset: u32) {
        self.push(NOT_ALLOWED, message, offset, true);
    }

    fn statement(&mut self, statement: &'t Stmt<'_>) {
        match statement {
            Stmt::Template(template) => self.statements(&template.children),
            Stmt::EmitExpr(emit) => self.used(&emit.expr),
            Stmt::EmitRaw(raw) => {
                if let Some(message) = code_of_another_engine(raw.raw) {
                    self.not_allowed(message, raw.span().start_offset);
                }
            }
            Stmt::ForLoop(each) => self.for_loop(each),
            Stmt::IfCond(condition) => {
                self.used(&condition.expr);
                self.statements(&condition.true_body);
                self.statements(&condition.false_body);
            }
            Stmt::WithBlock(block) => self.not_allowed("`with` is not allowed", block.span().start_offset),
            Stmt::Set(set) => self.not_allowed("assignments are not allowed", set.span().start_offset),
            Stmt::SetBlock(set) => self.not_allowed("assignments are not allowed", set.span().start_offset),
            Stmt::AutoEscape(block) => {
                self.not_allowed("the channel says how values are escaped", block.span().start_offset);
            }
            Stmt::FilterBlock(block) => {
                self.not_allowed("filters apply to values, not to blocks", block.span().start_offset);
            }
            _ => self.not_allowed("the statement is not allowed", 0),
        }
    }

    fn statements(&mut self, statements: &'t [Stmt<'_>]) {
        statements.iter().for_each(|statement| self.statement(statement));
    }

    fn for_loop(&mut self, each: &'t ForLoop<'_>) {
        if each.recursive {
            self.not_allowed("recursive loops are not allowed", each.iter.span().start_offset);
        }
        let restricted = self.value(&each.iter);
        if restricted {
            self.restricted_use(&each.iter);
        }
        let outside = self.locals.len();
        self.target(&each.target, restricted);
        self.locals.push(("loop", false));
        if let Some(filter) = &each.filter_expr {
            self.used(filter);
        }
        self.statements(&each.body);
        self.locals.truncate(outside);
        self.statements(&each.else_body);
    }

    fn target(&mut self, target: &'t Expr<'_>, restricted: bool) {
        match target {
            Expr::Var(variable) => self.locals.push((variable.id, restricted)),
            Expr::List(list) => list.items.iter().for_each(|item| self.target(item, restricted)),
            _ => self.not_allowed("a loop gives its values to names", target.span().start_offset),
        }
    }

    /// An expression whose value is shown, or decides something.
    fn used(&mut self, expression: &'t Expr<'_>) {
        if self.value(expression) {
            self.restricted_use(expression);
        }
    }

    fn restricted_use(&mut self, expression: &Expr<'_>) {
        let message = "a restricted value is used without a masking filter: `mask_card` or `mask_ssn`";
        self.push(RESTRICTED, message, expression.span().start_offset, true);
    }

    /// Checks an expression; whether its value is restricted.
    fn value(&mut self, expression: &'t Expr<'_>) -> bool {
        let offset = expression.span().start_offset;
        match expression {
            Expr::Var(variable) => return self.variable(variable.id, offset),
            Expr::Const(constant) => {
                if constant.value.as_str().is_some_and(is_internal) {
                    self.not_allowed("names of the engine's insides are not allowed", offset);
                }
            }
            Expr::GetAttr(attribute) => {
                if is_internal(attribute.name) {
                    self.not_allowed("names of the engine's insides are not allowed", offset);
                }
                return self.member(&attribute.expr, attribute.name);
            }
            Expr::GetItem(item) => {
                self.used(&item.subscript_expr);
                match folded(&item.subscript_expr) {
                    Some(Folded::Text(name)) => return self.member(&item.expr, &name),
                    Some(Folded::Number) => return self.value(&item.expr),
                    None => {
                        let message = "the subscript may name a restricted field; this is known only when the template runs";
                        if !is_counter(&item.subscript_expr) {
                            self.push("dynamic_subscript", message, offset, false);
                        }
                        return self.value(&item.expr);
                    }
                }
            }
            Expr::Filter(filter) => {
                return self.filter(filter.name, filter.expr.as_ref(), &filter.args, offset);
            }
            Expr::Test(test) => {
                if !operators::is_test(test.name) {
                    self.not_allowed(format!("there is no test `{}`", test.name), offset);
                }
                self.arguments(&test.args);
                let is_there = ["defined", "undefined", "none"].contains(&test.name);
                if self.value(&test.expr) && !is_there {
                    self.restricted_use(&test.expr);
                }
            }
            Expr::IfExpr(condition) => {
                self.used(&condition.test_expr);
                let restricted = self.value(&condition.true_expr);
                let other = condition.false_expr.as_ref().is_some_and(|other| self.value(other));
                return restricted || other;
            }
            Expr::BinOp(operation) => {
                if matches!(operation.op, BinOpKind::Mul) {
                    for side in [&operation.left, &operation.right] {
                        if matches!(folded(side), Some(Folded::Text(_))) || matches!(side, Expr::List(_)) {
                            self.not_allowed("texts and lists cannot be repeated", offset);
                        }
                    }
                }
                // What `or` and `and` give is one of their sides.
                self.used(&operation.left);
                self.used(&operation.right);
            }
            Expr::Slice(slice) => {
                if slice.step.is_some() {
                    self.not_allowed("slices have no step", offset);
                }
                each_part(expression, |part| self.used(part));
            }
            Expr::Call(_) => {
                self.not_allowed("nothing can be called", offset);
                each_part(expression, |part| self.used(part));
            }
            Expr::Map(_) => self.not_allowed("objects cannot be written out", offset),
            Expr::UnaryOp(_) | Expr::Compare(_) | Expr::List(_) => {
                each_part(expression, |part| self.used(part));
            }
        }
        false
    }

    fn variable(&mut self, name: &str, offset: u32) -> bool {
        if let Some((_, restricted)) = self.locals.iter().rev().find(|(local, _)| *local == name) {
            return *restricted;
        }
        if is_internal(name) || ["self", "super", "caller", "loop", "varargs", "kwargs"].contains(&name) {
            self.not_allowed(format!("there is no variable `{name}`"), offset);
        } else if !self.options.declares(name) {
            self.push(UNDECLARED, format!("the policy does not declare the variable `{name}`"), offset, true);
        }
        self.options.fields.hides_name(name)
    }

    /// A member of a value: restricted if its own name says so, or what it is a member of is.
    fn member(&mut self, of: &'t Expr<'_>, name: &str) -> bool {
        let whole = self.value(of);
        // What a loop says of itself is no field.
        if matches!(of, Expr::Var(variable) if variable.id == "loop") {
            return whole;
        }
        whole || self.options.fields.hides_name(name)
    }

    fn filter(
        &mut self,
        name: &str,
        of: Option<&'t Expr<'_>>,
        arguments: &'t [CallArg<'_>],
        offset: u32,
    ) -> bool {
        let Some(of) = of else {
            self.not_allowed("a filter needs a value", offset);
            return false;
        };
        self.arguments(arguments);
        if !filters::is_filter(name) {
            self.not_allowed(format!("there is no filter `{name}`"), offset);
        }
        if name == "join" {
            self.join_attribute(arguments);
        }
        let restricted = self.value(of);
        match name {
            "mask_card" | "mask_ssn" => false,
            "default" => restricted,
            _ => {
                if restricted {
                    self.restricted_use(of);
                }
                false
            }
        }
    }

    /// `join` can name a member of every element.
    fn join_attribute(&mut self, arguments: &'t [CallArg<'_>]) {
        for (at, argument) in arguments.iter().enumerate() {
            let (CallArg::Kwarg("attribute", value) | CallArg::Pos(value)) = argument else { continue };
            let is_attribute = at == 1 || matches!(argument, CallArg::Kwarg(..));
            if is_attribute
                && let Some(Folded::Text(path)) = folded(value)
                && path.split('.').any(|name| self.options.fields.hides_name(name))
            {
                self.restricted_use(value);
            }
        }
    }

    fn arguments(&mut self, arguments: &'t [CallArg<'_>]) {
        for argument in arguments {
            match argument {
                CallArg::Pos(value) | CallArg::Kwarg(_, value) => self.used(value),
                CallArg::PosSplat(value) | CallArg::KwargSplat(value) => {
                    self.not_allowed("arguments cannot be spread", value.span().start_offset);
                }
            }
        }
    }
}

/// What an expression certainly is.
enum Folded {
    Text(String),
    Number,
}

/// The text or number that an expression is whatever the context holds.
fn folded(expression: &Expr<'_>) -> Option<Folded> {
    match expression {
        Expr::Const(constant) => match constant.value.as_str() {
            Some(text) => Some(Folded::Text(text.into())),
            None => constant.value.is_number().then_some(Folded::Number),
        },
        Expr::BinOp(operation) if matches!(operation.op, BinOpKind::Add | BinOpKind::Concat) => {
            match (folded(&operation.left)?, folded(&operation.right)?) {
                (Folded::Text(left), Folded::Text(right)) => Some(Folded::Text([left, right].concat())),
                (Folded::Number, Folded::Number) if matches!(operation.op, BinOpKind::Add) => {
                    Some(Folded::Number)
                }
                _ => None,
            }
        }
        Expr::UnaryOp(operation) => match folded(&operation.expr)? {
            Folded::Number => Some(Folded::Number),
            Folded::Text(_) => None,
        },
        Expr::Filter(filter) if ["upper", "lower", "title"].contains(&filter.name) => {
            folded(filter.expr.as_ref()?)
        }
        _ => None,
    }
}

/// Whether an expression counts: a loop's own number, or a length.
fn is_counter(expression: &Expr<'_>) -> bool {
    match expression {
        Expr::GetAttr(attribute) => matches!(&attribute.expr, Expr::Var(variable) if variable.id == "loop"),
        Expr::Filter(filter) => filter.name == "length",
        Expr::BinOp(operation) => {
            let is_number =
                |side: &Expr<'_>| is_counter(side) || matches!(folded(side), Some(Folded::Number));
            matches!(operation.op, BinOpKind::Sub | BinOpKind::Add | BinOpKind::Rem)
                && is_number(&operation.left)
                && is_number(&operation.right)
        }
        _ => false,
    }
}

/// Names with two underscores at their ends are the insides of some engine.
fn is_internal(name: &str) -> bool {
    name.starts_with("__") || name.ends_with("__")
}

/// Text that is nothing here and code elsewhere. What one engine passes on is often read by another:
/// a mailer's, or the page's that shows it.
fn code_of_another_engine(text: &str) -> Option<&'static str> {
    let bytes = text.as_bytes();
    let mut rest = bytes;
    while let [first, tail @ ..] = rest {
        let second = tail.first();
        let found = match (first, second) {
            (b'<', Some(b'%')) => true,
            (b'$' | b'#' | b'*', Some(b'{')) => {
                let inside = tail.split(|byte| *byte == b'}').next().unwrap_or_default();
                inside.contains(&b'(')
            }
            (b'_', Some(b'_')) => {
                let name =
                    tail.iter().skip(1).take_while(|byte| byte.is_ascii_alphabetic() || **byte == b'_');
                let name: usize = name.count();
                let word = tail.get(1..).and_then(|tail| tail.get(..name)).unwrap_or_default();
                word.len() > 2 && word.ends_with(b"__") && !word.starts_with(b"_")
            }
            _ => false,
        };
        if found {
            return Some("the text is code of another template engine");
        }
        rest = tail;
    }
    None
}
