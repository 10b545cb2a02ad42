//! Conditions: what must hold of facts, written in a subset of CEL (the Common Expression Language).
//!
//! ```text
//! source ─► parse ─► check ◄─ declarations
//!                      │
//!                  Condition ◄─ facts ─► evaluate ─► value, or an error
//!                                     ─► residual ─► always, never, or what is left to ask
//!                                     ─► explain  ─► the tree with each node's value
//! ```
//!
//! ```
//! use portcullis_condition::{Condition, Declarations, Fact, Record, Type, Value};
//!
//! let user = Record::new("user").field("id", Type::String).field("roles", Type::list(Type::String));
//! let declarations = Declarations::new()
//!     .variable("user", Type::record(user))
//!     .variable("now", Type::Timestamp);
//! let condition = Condition::compile_bool("'admin' in user.roles", &declarations)?;
//!
//! // It reads one fact. Whoever has the facts resolves them in this order, or implements `Facts`.
//! assert_eq!(condition.facts()[0].to_string(), "user.roles");
//! let facts = vec![Fact::Value(Value::list(vec![Value::string("admin")]))];
//! assert!(condition.holds(&facts)?);
//!
//! let misspelt = Condition::compile_bool("'admin' in user.role", &declarations).unwrap_err();
//! assert_eq!(misspelt.to_string(), "check at byte 16: user has no field `role`; did you mean `roles`?");
//! # Ok::<(), portcullis_condition::Error>(())
//! ```
//!
//! # The language
//!
//! Syntax and meaning are CEL's. An expression is a literal, a name, or made of others with, from the
//! loosest to the tightest, `? :`, `||`, `&&`, the relations `== != < <= > >= in`, `+ -`, `* / %`,
//! the signs `!` and `-`, and `.field`, `[index]` and calls. `//` begins a comment.
//!
//! | in | |
//! |---|---|
//! | literals | `null`, `true`, `12`, `0x1f`, `12u`, `1.5e3`, strings and bytes (`'…'`, `"…"`, tripled, raw `r'…'`, `b'…'`, escapes), lists, maps |
//! | types | `bool int uint double string bytes null_type list map type`, timestamps, durations, `dyn` |
//! | access | `a.b`, ``a.`b-c` ``, `a['b']`, `a[0]`, `has(a.b)`, `x in list`, `key in map` |
//! | functions | `size contains startsWith endsWith matches`, `type dyn bool int uint double string bytes timestamp duration` |
//! | of times | `getFullYear getMonth getDate getDayOfMonth getDayOfWeek getDayOfYear getHours getMinutes getSeconds getMilliseconds`, in UTC or with an offset |
//! | macros | `all exists exists_one filter map`, `map` with a filter too, over lists and the keys of maps |
//!
//! `&&` and `||` absorb errors: one operand that decides is enough, whatever goes wrong in the other.
//! Numbers of different types compare as points on one line (where types are known to differ, `dyn`
//! is needed); arithmetic never mixes them, and overflow is an error.
//!
//! | left out, refused as [`ErrorKind::Unsupported`] | |
//! |---|---|
//! | messages `Type{field: …}`, enumerations, `proto.*` | there are records instead: maps whose fields are declared |
//! | optional values `a.?b`, `a[?b]`, `[?a]` | `has(a.b) ? a.b : …` says the same |
//! | extension libraries (`math.*`, `strings.*`, `cel.bind`, …) and macros with two variables | |
//! | time zones by name | which offset a name stands for changes over the years |
//!
//! # Types
//!
//! [`Declarations`] give every variable a type; [`Record`]s name their fields. A name that is not
//! declared, and an operation that no overload allows, are errors with the place and the nearest
//! name. What is declared [`Type::Dyn`] is asked for its type when the condition is evaluated.
//! [`Type::Nullable`] is a value or null; its arithmetic is that of the value, and fails on null.
//!
//! # Facts
//!
//! Checking resolves names to paths of facts ([`Condition::facts`]); an evaluation asks [`Facts`] for
//! a path only when it needs it, by its place in that list. A path goes as far as the source names
//! fields, so `user.address.city` is one fact, and so is `request.headers['x-id']`. A missing fact is
//! an error where it is read; only `has` asks without one.
//!
//! # Bounds
//!
//! [`limits`]: the source's length, the depth of its nesting, the size of its regular expressions alone
//! and together, the steps of one evaluation, and the size of what it makes. Steps are counted, and time
//! is never looked at, so the same facts give the same answer everywhere. A limit ends the evaluation: no
//! operator absorbs it.
//!
//! | work | steps |
//! |---|---|
//! | a node | 1 |
//! | an element of a list that is visited, compared or made; a key that a look-up passes | 1 |
//! | text and bytes that are read or made | 1 for 32 bytes |
//! | `string(double)` | 16 to 150, by how far the double is from one; 1 for whole numbers up to 2^53 |
//! | `double(string)` | 256, and by the square of the length |
//! | `matches` | the length of the text, times the size of the pattern (1 for 128 bytes) |
//! | a pattern among the facts | 1 for 32 bytes that compiling it makes; one that fails is as good as the largest |
//!
//! Regular expressions run in linear time. A fact that a macro reads is asked for once. An explanation
//! takes its steps out of the stock of the evaluation: if the rest of it is too little, the value of the
//! whole is told alone.
#![no_std]
#![forbid(unsafe_code)]
#![cfg_attr(
    not(test),
    deny(
        clippy::arithmetic_side_effects,
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::panic,
        clippy::unreachable,
        clippy::unwrap_used
    )
)]
extern crate alloc;

mod builtins;
mod check;
mod condition;
mod convert;
mod declare;
mod error;
mod evaluate;
mod explain;
mod function;
mod left_out;
mod lex;
pub mod limits;
mod nearest;
mod number;
mod parse;
mod path;
mod pattern;
mod print;
mod residual;
mod signature;
mod time;
pub mod tree;
mod value;

pub use condition::Condition;
pub use declare::{Declarations, Kind, Record, Type};
pub use error::{Error, ErrorKind};
pub use explain::{Explanation, Outcome};
pub use function::Function;
pub use path::{Fact, Facts, Path};
pub use pattern::Pattern;
pub use residual::Residual;
pub use time::{Duration, Timestamp};
pub use value::{Shared, Value};

use limits::{MAX_DEPTH, MAX_SOURCE_BYTES};
