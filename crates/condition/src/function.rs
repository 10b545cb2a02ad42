//! Operators and functions: their names, and how they are written.

/// Everything that takes arguments and gives a value, macros aside. A method's receiver is its first
/// argument.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Function {
    /// `a && b && …`, two operands or more
    And,
    /// `a || b || …`, two operands or more
    Or,
    /// `!a`
    Not,
    /// `a ? b : c`
    Conditional,
    /// `a == b`
    Equal,
    /// `a != b`
    NotEqual,
    /// `a < b`
    Less,
    /// `a <= b`
    LessEqual,
    /// `a > b`
    Greater,
    /// `a >= b`
    GreaterEqual,
    /// `a in b`
    In,
    /// `a + b`
    Add,
    /// `a - b`
    Subtract,
    /// `a * b`
    Multiply,
    /// `a / b`
    Divide,
    /// `a % b`
    Remainder,
    /// `-a`
    Negate,
    /// `a[b]`
    Index,
    /// `size(a)`, `a.size()`
    Size,
    /// `type(a)`
    Type,
    /// `dyn(a)`
    Dyn,
    /// `bool(a)`
    Bool,
    /// `int(a)`
    Int,
    /// `uint(a)`
    Uint,
    /// `double(a)`
    Double,
    /// `string(a)`
    String,
    /// `bytes(a)`
    Bytes,
    /// `timestamp(a)`
    Timestamp,
    /// `duration(a)`
    Duration,
    /// `a.contains(b)`
    Contains,
    /// `a.startsWith(b)`
    StartsWith,
    /// `a.endsWith(b)`
    EndsWith,
    /// `a.matches(b)`, `matches(a, b)`
    Matches,
    /// `a.getFullYear()`
    FullYear,
    /// `a.getMonth()`, from 0
    Month,
    /// `a.getDate()`: the day of the month from 1
    Date,
    /// `a.getDayOfMonth()`, from 0
    DayOfMonth,
    /// `a.getDayOfWeek()`, Sunday 0
    DayOfWeek,
    /// `a.getDayOfYear()`, from 0
    DayOfYear,
    /// `a.getHours()`
    Hours,
    /// `a.getMinutes()`
    Minutes,
    /// `a.getSeconds()`
    Seconds,
    /// `a.getMilliseconds()`
    Milliseconds,
}

use Function::{
    Add, And, Bool, Bytes, Conditional, Contains, Date, DayOfMonth, DayOfWeek, DayOfYear, Divide, Double,
    Duration, Dyn, EndsWith, Equal, FullYear, Greater, GreaterEqual, Hours, In, Index, Int, Less, LessEqual,
    Matches, Milliseconds, Minutes, Month, Multiply, Negate, Not, NotEqual, Or, Remainder, Seconds, Size,
    StartsWith, String, Subtract, Timestamp, Type, Uint,
};

/// How tightly operators bind; what binds tighter is higher.
pub(crate) const CONDITIONAL: u8 = 0;
pub(crate) const OR: u8 = 1;
pub(crate) const AND: u8 = 2;
pub(crate) const RELATION: u8 = 3;
pub(crate) const ADDITION: u8 = 4;
pub(crate) const MULTIPLICATION: u8 = 5;
pub(crate) const UNARY: u8 = 6;
pub(crate) const MEMBER: u8 = 7;

/// The functions that are called by name: as `name(…)`, and as `a.name(…)`.
const NAMED: &[(&str, Function, bool, bool)] = &[
    ("bool", Bool, true, false),
    ("bytes", Bytes, true, false),
    ("contains", Contains, false, true),
    ("double", Double, true, false),
    ("duration", Duration, true, false),
    ("dyn", Dyn, true, false),
    ("endsWith", EndsWith, false, true),
    ("getDate", Date, false, true),
    ("getDayOfMonth", DayOfMonth, false, true),
    ("getDayOfWeek", DayOfWeek, false, true),
    ("getDayOfYear", DayOfYear, false, true),
    ("getFullYear", FullYear, false, true),
    ("getHours", Hours, false, true),
    ("getMilliseconds", Milliseconds, false, true),
    ("getMinutes", Minutes, false, true),
    ("getMonth", Month, false, true),
    ("getSeconds", Seconds, false, true),
    ("int", Int, true, false),
    ("matches", Matches, true, true),
    ("size", Size, true, true),
    ("startsWith", StartsWith, false, true),
    ("string", String, true, false),
    ("timestamp", Timestamp, true, false),
    ("type", Type, true, false),
    ("uint", Uint, true, false),
];

impl Function {
    /// The operator's sign, or the function's name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            And => "&&",
            Or => "||",
            Not => "!",
            Conditional => "?:",
            Equal => "==",
            NotEqual => "!=",
            Less => "<",
            LessEqual => "<=",
            Greater => ">",
            GreaterEqual => ">=",
            In => "in",
            Add => "+",
            Subtract | Negate => "-",
            Multiply => "*",
            Divide => "/",
            Remainder => "%",
            Index => "[]",
            _ => NAMED.iter().find(|(_, function, ..)| *function == self).map_or("", |(name, ..)| name),
        }
    }

    /// How tightly it binds; none, where it is called by its name.
    pub(crate) const fn precedence(self) -> Option<u8> {
        Some(match self {
            Conditional => CONDITIONAL,
            Or => OR,
            And => AND,
            Equal | NotEqual | Less | LessEqual | Greater | GreaterEqual | In => RELATION,
            Add | Subtract => ADDITION,
            Multiply | Divide | Remainder => MULTIPLICATION,
            Not | Negate => UNARY,
            Index => MEMBER,
            _ => return None,
        })
    }

    /// Whether it is written after its first argument: `a.name()`.
    pub(crate) fn is_method(self) -> bool {
        NAMED.iter().any(|(_, function, _, method)| *function == self && *method)
    }

    /// What is called by this name, with a receiver or without.
    pub(crate) fn named(name: &str, receiver: bool) -> Option<Self> {
        let found = NAMED.iter().find(|(known, ..)| *known == name)?;
        let (_, function, global, method) = *found;
        (if receiver { method } else { global }).then_some(function)
    }

    /// The names that can be called with a receiver, or without.
    pub(crate) fn names(receiver: bool) -> impl Iterator<Item = &'static str> {
        let can = move |(_, _, global, method): &&(&str, Self, bool, bool)| {
            if receiver { *method } else { *global }
        };
        NAMED.iter().filter(can).map(|(name, ..)| *name)
    }
}
