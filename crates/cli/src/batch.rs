//! One JSON object per line in, one per line out, in the same order, however many there are.

use std::io::{BufRead, BufReader, BufWriter, Read, Write};

use portcullis::{Error, LimitKind};
use portcullis_wire::Reason;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;

use crate::{failure::Failure, output::Exit};

/// Longest line that is read, in bytes. It bounds memory, and is far above what the module takes.
const MAX_LINE_BYTES: u64 = 64 << 20;

/// Answers every line of `input`. A line that cannot be read is answered with an error object that
/// holds its number, and the run goes on.
///
/// # Errors
/// What kept the run from going on: input or output that failed, or the first failure of `answer`.
pub fn run<A: Serialize>(
    input: impl Read,
    output: impl Write,
    mut answer: impl FnMut(&[u8]) -> Result<A, Fault>,
) -> Result<Exit, Failure> {
    lines(input, output, |line, output| {
        // A list would be read as the members in their order.
        if is_list(line) {
            return Err(Fault::Shape("a list, where a JSON object is expected"));
        }
        let answer = answer(line)?;
        Ok(write(output, &Identified { id: id_of(line).as_deref(), answer })?)
    })
}

/// As [`run`], for lines that are documents: what `answer` gives is the whole line, without an id.
///
/// # Errors
/// As [`run`].
pub fn documents<A: Serialize>(
    input: impl Read,
    output: impl Write,
    mut answer: impl FnMut(&[u8]) -> Result<A, Fault>,
) -> Result<Exit, Failure> {
    lines(input, output, |line, output| Ok(write(output, &answer(line)?)?))
}

fn lines<W: Write>(
    input: impl Read,
    output: W,
    mut answer: impl FnMut(&[u8], &mut BufWriter<W>) -> Result<(), Fault>,
) -> Result<Exit, Failure> {
    let mut input = BufReader::with_capacity(1 << 16, input);
    let mut output = BufWriter::with_capacity(1 << 16, output);
    let mut line = Vec::new();
    let mut exit = Exit::Allow;
    for number in 1_u64.. {
        // Whoever sends one line and waits for its answer gets it.
        if input.buffer().is_empty() {
            output.flush()?;
        }
        line.clear();
        if input.by_ref().take(MAX_LINE_BYTES).read_until(b'\n', &mut line)? == 0 {
            break;
        }
        if line.len() as u64 == MAX_LINE_BYTES && line.last() != Some(&b'\n') {
            input.skip_until(b'\n')?;
            exit = Exit::BadInput;
            write(&mut output, &Malformed::new(None, number, "the line is too long".into()))?;
            continue;
        }
        if line.trim_ascii().is_empty() {
            continue;
        }
        match text(&line).and_then(|()| answer(&line, &mut output)) {
            Ok(()) => {}
            Err(Fault::Run(failure)) => return Err(failure),
            Err(Fault::Shape(message)) => {
                exit = Exit::BadInput;
                let id = id_of(&line);
                write(&mut output, &Malformed::new(id.as_deref(), number, message.into()))?;
            }
            Err(Fault::Line(error)) => {
                exit = Exit::BadInput;
                let id = id_of(&line);
                write(&mut output, &Malformed::new(id.as_deref(), number, told(&error)))?;
            }
        }
    }
    output.flush()?;
    Ok(exit)
}

/// What a parser would say in words that do not help.
fn text(line: &[u8]) -> Result<(), Fault> {
    if line.starts_with("\u{feff}".as_bytes()) {
        return Err(Fault::Shape("a byte order mark, where a JSON object is expected"));
    }
    if std::str::from_utf8(line).is_err() {
        return Err(Fault::Shape("not UTF-8"));
    }
    Ok(())
}

/// Why a line has no answer.
#[derive(Debug)]
pub enum Fault {
    /// The line is JSON of another kind than expected; the run goes on.
    Shape(&'static str),
    /// The line cannot be read; the run goes on.
    Line(serde_json::Error),
    /// The run cannot go on.
    Run(Failure),
}

impl From<serde_json::Error> for Fault {
    fn from(error: serde_json::Error) -> Self {
        Self::Line(error)
    }
}

impl From<Failure> for Fault {
    fn from(failure: Failure) -> Self {
        Self::Run(failure)
    }
}

impl From<std::io::Error> for Fault {
    fn from(error: std::io::Error) -> Self {
        Self::Run(error.into())
    }
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        Self::Run(error.into())
    }
}

/// Why a line is denied on which the sandbox gave up.
#[must_use]
pub const fn denial(error: &Error) -> Reason {
    match error {
        Error::Limit(LimitKind::Input) => Reason::InputTooLarge,
        _ => Reason::EvaluationLimit,
    }
}

fn write(output: &mut impl Write, answer: &impl Serialize) -> Result<(), Failure> {
    serde_json::to_writer(&mut *output, answer).map_err(std::io::Error::from)?;
    output.write_all(b"\n")?;
    Ok(())
}

/// What is wrong with a line, and where. The text of an error may repeat a value, and a value may
/// be a credential: errors about members are told as they are, of those about values what was
/// expected, and those about JSON itself repeat nothing.
pub(crate) fn told(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let text = text.rsplit_once(" at line ").map_or(text.as_str(), |(text, _)| text);
    let about_members = ["unknown field", "missing field", "duplicate field"];
    if about_members.iter().any(|start| text.starts_with(start)) {
        return text.to_owned();
    }
    let column = error.column();
    if !error.is_data() {
        return format!("not JSON: {text} (column {column})");
    }
    match expected(text) {
        Some(expected) => format!("a value is not of its type: expected {expected} (column {column})"),
        None => format!("a value is not of its type (column {column})"),
    }
}

/// What serde expected in place of a value. It is said last, and the value before it.
fn expected(text: &str) -> Option<&str> {
    let about_values = ["invalid type: ", "invalid value: ", "invalid length ", "unknown variant "];
    about_values.iter().find(|start| text.starts_with(**start))?;
    let (_, expected) = text.rsplit_once(", expected ")?;
    Some(match expected {
        // Names of types in this program.
        _ if expected.starts_with("struct ") => "an object",
        "f64" => "a number",
        "u8" | "u16" | "u32" | "u64" | "usize" => "a whole number",
        "a sequence" => "a list",
        _ => expected,
    })
}

/// The line's `id`, exactly as it stands there. A list has none, though serde would take its first element.
fn id_of(line: &[u8]) -> Option<Box<RawValue>> {
    #[derive(Deserialize)]
    struct Id {
        #[serde(default)]
        id: Option<Box<RawValue>>,
    }
    if is_list(line) {
        return None;
    }
    serde_json::from_slice::<Id>(line).ok()?.id
}

fn is_list(line: &[u8]) -> bool {
    line.trim_ascii_start().first() == Some(&b'[')
}

#[derive(Serialize)]
struct Identified<'a, A> {
    id: Option<&'a RawValue>,
    #[serde(flatten)]
    answer: A,
}

#[derive(Serialize)]
struct Malformed<'a> {
    id: Option<&'a RawValue>,
    error: LineError,
}

#[derive(Serialize)]
struct LineError {
    kind: &'static str,
    line: u64,
    message: String,
}

impl<'a> Malformed<'a> {
    const fn new(id: Option<&'a RawValue>, line: u64, message: String) -> Self {
        Self { id, error: LineError { kind: "malformed", line, message } }
    }
}

/// Tells a member that came, null included, from one that did not.
///
/// # Errors
/// What the value's own type says.
pub fn given<'de, D: Deserializer<'de>, T: Deserialize<'de>>(value: D) -> Result<Option<T>, D::Error> {
    T::deserialize(value).map(Some)
}
