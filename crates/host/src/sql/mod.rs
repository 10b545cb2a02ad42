//! The rows of a table that a search finds, as a parameterised `WHERE`.
//!
//! The module tells which rows the privacy rules let somebody find, as data
//! ([`portcullis_wire::call::Rows`]); here it becomes SQL, for a query that the host writes with
//! [`sea_query`]. The names of columns come from the policy alone, and every value is a parameter.
//!
//! ```no_run
//! # fn run(policy: &portcullis::PolicyHandle, credential: &portcullis::Credential<'_>,
//! #        request: &portcullis::wire::Request<'_>, now: f64) -> Result<(), Box<dyn std::error::Error>> {
//! use portcullis::sql::Dialect;
//! use sea_query::{PostgresQueryBuilder, Query};
//!
//! let found = policy.find_filter(credential, request, now)?;
//! let Some(filter) = found.filter else { return Ok(()) }; // the search is denied: `found.decision` says why
//! let mut select = Query::select();
//! select.columns(["id", "total"]).from("orders").cond_where(filter.to_condition(Dialect::Postgres)?);
//! let (sql, values) = select.build(PostgresQueryBuilder);
//! # Ok(()) }
//! ```
//!
//! # What is found is what the module would show
//!
//! The rows are those that [`Session::filter`](crate::Session::filter) shows if a record is made of each: a field for each
//! column, null (or nothing) where the column is null. For that, columns hold what the policy says:
//!
//! | `stored` | PostgreSQL | SQLite | MySQL |
//! |---|---|---|---|
//! | `text` | `text`, `varchar` | text | `varchar`, `text` |
//! | `integer` | `bigint` and smaller | integers | `bigint` and smaller, signed |
//! | `double` | `double precision`, `numeric` | numbers | `double`, `decimal` |
//! | `boolean` | `boolean` | 1 and 0 | `boolean` |
//! | `timestamp` | `timestamptz` | | `datetime(6)`, in UTC |
//! | `unix_s`, `unix_ms`, `unix_us` | `bigint` | integers | `bigint` |
//!
//! Whatever else a column holds is not there, as in the evaluator. Text is compared byte by byte whatever
//! the collation of the column, so databases are in UTF-8; equality is written so that an index serves it.
//! The evaluator counts its steps, and a database does not: a record that is too large to be judged
//! may be found.
//!
//! The test looks at the privacy rules alone. A search is narrowed further by whoever writes the query,
//! by the fields that the decision allowed; rows of other tenants and fields that are hidden
//! are theirs to leave out, or the record filter's.

mod dialect;
mod filter;
mod find;
mod leaf;

pub use dialect::Dialect;
pub use filter::{Filter, Untranslatable};
pub use find::Found;
