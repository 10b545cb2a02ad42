//! A plan for the database as a statement with parameters, for PostgreSQL.
//!
//! Names come from the policy's list and are quoted; values are parameters, never text of the
//! statement. The tenant is a part of every statement.

use portcullis_wire::workflow::{DatabasePlan, FilterPlan};
use sea_query::{
    Cond, Expr, ExprTrait, IntoTableRef, LikeExpr, PostgresQueryBuilder, Query, TableRef, Value as Parameter,
    Values,
};
use serde::Serialize;
use serde_json::{Number, Value};

/// The column that says whose a row is.
const TENANT: &str = "tenant_id";

/// A statement.
#[derive(Debug, Serialize, PartialEq, Eq)]
pub struct Statement {
    /// Its text, with `$1` for the first parameter.
    pub sql: String,
    /// Its parameters.
    pub parameters: Vec<Value>,
}

/// The statement of a plan; none for an operation that has no statement.
pub fn of(plan: &DatabasePlan) -> Option<Statement> {
    let set = || plan.set.iter().map(|(name, value)| (name.clone(), Expr::val(parameter(value))));
    let table = || table(&plan.entity);
    let condition = || {
        let tenant = Expr::col(TENANT).eq(plan.tenant.as_str());
        plan.filter.iter().try_fold(Cond::all().add(tenant), |all, part| Some(all.add(filter(part)?)))
    };
    let (sql, values) = match &*plan.operation {
        "create" | "upsert" => {
            let (mut columns, mut values): (Vec<String>, Vec<Expr>) = set().unzip();
            columns.insert(0, TENANT.into());
            values.insert(0, Expr::val(plan.tenant.as_str()));
            Query::insert()
                .into_table(table())
                .columns(columns)
                .values(values)
                .ok()?
                .build(PostgresQueryBuilder)
        }
        "update" if !plan.set.is_empty() => {
            Query::update().table(table()).values(set()).cond_where(condition()?).build(PostgresQueryBuilder)
        }
        "delete" => Query::delete().from_table(table()).cond_where(condition()?).build(PostgresQueryBuilder),
        "select" => Query::select()
            .expr(Expr::cust("*"))
            .from(table())
            .cond_where(condition()?)
            .build(PostgresQueryBuilder),
        _ => return None,
    };
    let Values(values) = values;
    Some(Statement { sql, parameters: values.into_iter().map(shown).collect() })
}

/// A table, or one of a schema.
fn table(entity: &str) -> TableRef {
    match entity.split_once('.') {
        Some((schema, table)) => (schema.to_owned(), table.to_owned()).into_table_ref(),
        None => entity.to_owned().into_table_ref(),
    }
}

/// A part of a filter; none for an operator that has no statement, which must not become no filter.
fn filter(part: &FilterPlan) -> Option<Cond> {
    let joined = |mut cond: Cond, parts: &[FilterPlan]| {
        for part in parts {
            cond = cond.add(filter(part)?);
        }
        Some(cond)
    };
    match part {
        // Nothing joined by `or` is false, and by `and` true; neither is what anyone means.
        FilterPlan::And(parts) | FilterPlan::Or(parts) | FilterPlan::Not(parts) if parts.is_empty() => None,
        FilterPlan::And(parts) => joined(Cond::all(), parts),
        FilterPlan::Or(parts) => joined(Cond::any(), parts),
        FilterPlan::Not(parts) => joined(Cond::all(), parts).map(Cond::not),
        FilterPlan::Test { field, operator, value } => {
            test(field, operator, value).map(|expr| Cond::all().add(expr))
        }
    }
}

fn test(field: &str, operator: &str, value: &Value) -> Option<Expr> {
    let column = || Expr::col(field.to_owned());
    let list = || value.as_array().map(|list| list.iter().map(parameter).collect::<Vec<_>>());
    let like = |before: &str, after: &str| {
        let plain = value.as_str()?.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        Some(column().like(LikeExpr::new(format!("{before}{plain}{after}")).escape('\\')))
    };
    Some(match operator {
        "eq" if value.is_null() => column().is_null(),
        "ne" if value.is_null() => column().is_not_null(),
        "eq" => column().eq(parameter(value)),
        "ne" => column().ne(parameter(value)),
        "gt" => column().gt(parameter(value)),
        "gte" => column().gte(parameter(value)),
        "lt" => column().lt(parameter(value)),
        "lte" => column().lte(parameter(value)),
        "in" => column().is_in(list()?),
        "not_in" => column().is_not_in(list()?),
        "contains" => like("%", "%")?,
        "starts_with" => like("", "%")?,
        "ends_with" => like("%", "")?,
        "is_null" => column().is_null(),
        "is_not_null" => column().is_not_null(),
        _ => return None,
    })
}

/// A value as a parameter; lists and objects as JSON text.
fn parameter(value: &Value) -> Parameter {
    match value {
        Value::Null => Parameter::String(None),
        Value::Bool(value) => Parameter::Bool(Some(*value)),
        Value::Number(number) => match number.as_i64() {
            Some(number) => Parameter::BigInt(Some(number)),
            None => Parameter::Double(number.as_f64()),
        },
        Value::String(text) => Parameter::String(Some(text.clone())),
        other => Parameter::String(Some(other.to_string())),
    }
}

/// A parameter as it is shown.
fn shown(parameter: Parameter) -> Value {
    match parameter {
        Parameter::Bool(Some(value)) => Value::Bool(value),
        Parameter::BigInt(Some(number)) => number.into(),
        Parameter::Double(Some(number)) => Number::from_f64(number).map_or(Value::Null, Value::Number),
        Parameter::String(Some(text)) => Value::String(text),
        _ => Value::Null,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn plan(operation: &'static str, filter: Vec<FilterPlan>) -> DatabasePlan {
        DatabasePlan {
            operation: operation.into(),
            entity: "public.inventory".into(),
            tenant: "TenantA".into(),
            set: vec![("status".into(), json!("it's")), ("stock".into(), json!(3))],
            filter,
        }
    }

    fn part(field: &str, operator: &'static str, value: Value) -> FilterPlan {
        FilterPlan::Test { field: field.into(), operator: operator.into(), value }
    }

    #[test]
    fn values_are_parameters_names_are_quoted_and_the_tenant_is_there() {
        let either = FilterPlan::Or(vec![part("a", "gt", json!(1.5)), part("b\"c", "in", json!(["x", "y"]))]);
        let statement = of(&plan("update", vec![part("id", "eq", json!("' or 1=1 --")), either])).unwrap();
        assert_eq!(
            statement.sql,
            r#"UPDATE "public"."inventory" SET "status" = $1, "stock" = $2 WHERE "tenant_id" = $3 AND "id" = $4 AND ("a" > $5 OR "b""c" IN ($6, $7))"#
        );
        let parameters = json!(["it's", 3, "TenantA", "' or 1=1 --", 1.5, "x", "y"]);
        assert_eq!(Value::Array(statement.parameters), parameters);
    }

    #[test]
    fn every_operation_is_of_one_tenant() {
        for (operation, sql) in [
            (
                "create",
                r#"INSERT INTO "public"."inventory" ("tenant_id", "status", "stock") VALUES ($1, $2, $3)"#,
            ),
            ("delete", r#"DELETE FROM "public"."inventory" WHERE "tenant_id" = $1 AND "id" = $2"#),
            ("select", r#"SELECT * FROM "public"."inventory" WHERE "tenant_id" = $1 AND "id" = $2"#),
        ] {
            let statement = of(&plan(operation, vec![part("id", "eq", json!(7))])).unwrap();
            assert_eq!(statement.sql, sql);
            assert_eq!(statement.parameters[0], "TenantA");
        }
    }

    #[test]
    fn parts_of_patterns_are_taken_as_they_are() {
        let statement = of(&plan("delete", vec![part("name", "contains", json!("50%_\\"))])).unwrap();
        assert!(statement.sql.ends_with(r#""name" LIKE $2 ESCAPE E'\\'"#), "{}", statement.sql);
        assert_eq!(statement.parameters[1], "%50\\%\\_\\\\%");
    }

    #[test]
    fn what_has_no_statement_does_not_become_a_wider_one() {
        for part in [
            part("a", "changed", json!(1)),
            part("a", "in", json!("x")),
            FilterPlan::Or(vec![]),
            FilterPlan::Not(vec![part("a", "matches", json!("x"))]),
        ] {
            assert_eq!(of(&plan("delete", vec![part.clone()])), None, "{part:?}");
        }
        assert_eq!(of(&plan("truncate", vec![])), None);
    }
}
