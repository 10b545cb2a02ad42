//! From what the module tells of rows to a condition.

use portcullis_wire::{
    call::{Column as ColumnView, RowTest, Rows},
    policy::Storage,
};
use sea_query::{Condition, DynIden, Expr, IntoIden, SelectStatement};
use thiserror::Error;

use super::{
    Dialect,
    leaf::{self, Column, always},
};

/// Which rows a search finds, for one caller at one time.
#[derive(Clone, PartialEq)]
pub struct Filter {
    pub(super) rows: Rows<'static>,
}

/// What a database has no words for.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("the column `{column}` is stored as {stored:?}, which {dialect:?} has no words for")]
pub struct Untranslatable {
    /// The column.
    pub column: String,
    /// What the policy says that it holds.
    pub stored: Storage,
    /// Whose words.
    pub dialect: Dialect,
}

impl Filter {
    /// The rows as data.
    #[must_use]
    pub const fn rows(&self) -> &Rows<'static> {
        &self.rows
    }

    /// What must hold of a row, for the `WHERE` of a query.
    ///
    /// # Errors
    /// If the database has no words for what a column holds.
    pub fn to_condition(&self, dialect: Dialect) -> Result<Condition, Untranslatable> {
        self.condition(None, dialect)
    }

    /// The same of a row of this table, where a query has several.
    ///
    /// # Errors
    /// As [`Filter::to_condition`].
    pub fn to_condition_of(
        &self,
        table: impl IntoIden,
        dialect: Dialect,
    ) -> Result<Condition, Untranslatable> {
        self.condition(Some(table.into_iden()), dialect)
    }

    /// Narrows a query to these rows.
    ///
    /// # Errors
    /// As [`Filter::to_condition`].
    pub fn narrow(&self, select: &mut SelectStatement, dialect: Dialect) -> Result<(), Untranslatable> {
        select.cond_where(self.to_condition(dialect)?);
        Ok(())
    }

    fn condition(&self, table: Option<DynIden>, dialect: Dialect) -> Result<Condition, Untranslatable> {
        let condition = match &self.rows {
            Rows::Always => Condition::all().add(always(true)),
            Rows::Never => Condition::all().add(always(false)),
            Rows::Where(test) => Writer { table, dialect }.test(test)?,
        };
        Ok(condition)
    }
}

/// Shows nothing: the values are of a caller.
impl std::fmt::Debug for Filter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Filter").finish_non_exhaustive()
    }
}

struct Writer {
    table: Option<DynIden>,
    dialect: Dialect,
}

impl Writer {
    fn test(&self, test: &RowTest<'_>) -> Result<Condition, Untranslatable> {
        let all = |parts: Vec<Expr>| parts.into_iter().fold(Condition::all(), Condition::add);
        Ok(match test {
            RowTest::All(tests) if tests.is_empty() => all(vec![always(true)]),
            RowTest::Any(tests) if tests.is_empty() => all(vec![always(false)]),
            RowTest::All(tests) => self.several(Condition::all(), tests)?,
            RowTest::Any(tests) => self.several(Condition::any(), tests)?,
            RowTest::There(column) => all(vec![self.there(&self.column(column))?]),
            RowTest::Missing(column) => {
                all(vec![self.dialect.expr("NOT ({})", [self.there(&self.column(column))?])])
            }
            RowTest::Compare { column, is, to } => {
                let column = self.column(column);
                let compared = leaf::compare(self.dialect, &column, *is, to);
                all(vec![self.there(&column)?, compared.ok_or_else(|| self.wrong(&column))?])
            }
            RowTest::CompareColumns { column, is, to } => {
                let (one, other) = (self.column(column), self.column(to));
                let compared = leaf::compare_columns(self.dialect, &one, *is, &other);
                all(vec![self.there(&one)?, self.there(&other)?, compared])
            }
        })
    }

    fn several(&self, all: Condition, tests: &[RowTest<'_>]) -> Result<Condition, Untranslatable> {
        tests.iter().try_fold(all, |all, test| Ok(all.add(self.test(test)?)))
    }

    fn there(&self, column: &Column<'_>) -> Result<Expr, Untranslatable> {
        self.dialect.there(column.stored, &column.expr).ok_or_else(|| self.wrong(column))
    }

    fn column<'c>(&self, ColumnView { name, stored }: &'c ColumnView<'_>) -> Column<'c> {
        let iden = DynIden::from(name.clone().into_owned());
        let expr = match &self.table {
            Some(table) => Expr::col((table.clone(), iden)),
            None => Expr::col(iden),
        };
        Column { expr, stored: *stored, name }
    }

    fn wrong(&self, column: &Column<'_>) -> Untranslatable {
        Untranslatable { column: column.name.to_owned(), stored: column.stored, dialect: self.dialect }
    }
}
