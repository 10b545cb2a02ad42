//! Walks over a tree: which expressions a statement has, and which variables a template names.

use alloc::vec::Vec;

use minijinja::machinery::ast::{CallArg, Expr, Stmt};

/// The variables that a template names, each once. Names that loops give may be among them.
pub(super) fn variables<'t>(template: &'t Stmt<'_>) -> Vec<&'t str> {
    let mut names = Vec::new();
    in_statement(template, &mut names);
    names
}

fn in_statement<'t>(statement: &'t Stmt<'_>, names: &mut Vec<&'t str>) {
    match statement {
        Stmt::Template(template) => template.children.iter().for_each(|child| in_statement(child, names)),
        Stmt::EmitExpr(emit) => in_expression(&emit.expr, names),
        Stmt::ForLoop(each) => {
            in_expression(&each.iter, names);
            each.filter_expr.iter().for_each(|filter| in_expression(filter, names));
            each.body.iter().chain(&each.else_body).for_each(|child| in_statement(child, names));
        }
        Stmt::IfCond(condition) => {
            in_expression(&condition.expr, names);
            let bodies = condition.true_body.iter().chain(&condition.false_body);
            bodies.for_each(|child| in_statement(child, names));
        }
        // Refused before the context is read.
        _ => {}
    }
}

fn in_expression<'t>(expression: &'t Expr<'_>, names: &mut Vec<&'t str>) {
    if let Expr::Var(variable) = expression {
        if !names.contains(&variable.id) {
            names.push(variable.id);
        }
        return;
    }
    each_part(expression, |part| in_expression(part, names));
}

/// The expressions that an expression is made of.
pub(super) fn each_part<'t, 's>(expression: &'t Expr<'s>, mut part: impl FnMut(&'t Expr<'s>)) {
    match expression {
        Expr::Var(_) | Expr::Const(_) => {}
        Expr::Slice(slice) => {
            part(&slice.expr);
            [&slice.start, &slice.stop, &slice.step].into_iter().flatten().for_each(part);
        }
        Expr::UnaryOp(operation) => part(&operation.expr),
        Expr::BinOp(operation) => {
            part(&operation.left);
            part(&operation.right);
        }
        Expr::Compare(compare) => {
            part(&compare.expr);
            compare.ops.iter().for_each(|next| part(&next.expr));
        }
        Expr::IfExpr(condition) => {
            part(&condition.test_expr);
            part(&condition.true_expr);
            condition.false_expr.iter().for_each(part);
        }
        Expr::Filter(filter) => {
            filter.expr.iter().for_each(&mut part);
            each_argument(&filter.args, part);
        }
        Expr::Test(test) => {
            part(&test.expr);
            each_argument(&test.args, part);
        }
        Expr::GetAttr(attribute) => part(&attribute.expr),
        Expr::GetItem(item) => {
            part(&item.expr);
            part(&item.subscript_expr);
        }
        Expr::Call(call) => {
            part(&call.expr);
            each_argument(&call.args, part);
        }
        Expr::List(list) => list.items.iter().for_each(part),
        Expr::Map(map) => map.keys.iter().chain(&map.values).for_each(part),
    }
}

fn each_argument<'t, 's>(arguments: &'t [CallArg<'s>], mut part: impl FnMut(&'t Expr<'s>)) {
    for argument in arguments {
        match argument {
            CallArg::Pos(value)
            | CallArg::Kwarg(_, value)
            | CallArg::PosSplat(value)
            | CallArg::KwargSplat(value) => part(value),
        }
    }
}
